import * as z from "zod/mini";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import { describeTarget } from "../descriptor.ts";
import { namesOf, path, text } from "../settings.ts";

const keyPath = z.union(
  [text, z.array(z.union([text, z.int().check(z.minimum(0))])).check(z.minLength(1))],
  "must be a path of keys: aws.accessKeyId, or a list where a key has a dot in it: [aws, access.key, 0]",
);

export default describeTarget({
  type: "file",
  title: "Two values in a YAML, JSON, TOML or INI file",
  settings: z.strictObject({
    path: path.check(z.describe("The file.")),
    format: z
      .optional(z.enum(["yaml", "json", "toml", "ini"]))
      .check(z.describe("What it is written in, where the ending of its name does not tell.")),
    names: namesOf(keyPath).check(
      z.describe(
        "Where the two values stand: keys joined by dots, or a list of keys and, from 0, numbers of items. In INI: the section and the key.",
      ),
    ),
    backup: z
      .optional(z.boolean())
      .check(
        z.describe(
          "Keep what was there as `PATH.keysweep-old`, for its owner alone. It holds the old secret until you remove it.",
        ),
      ),
  }),
  example: {
    path: "/etc/app/config.yaml",
    names: { accessKeyId: "storage.s3.accessKeyId", secretAccessKey: ["storage", "s3", "secretAccessKey"] },
  },
  isAtomic: () => true,
  readBack: () => "value",
  leastPrivilege:
    "To be the owner of the file, or root; to write in its folder. The file has to exist, with the owner and mode that it is to have; keys that are not there yet are added.",
  avoidableBy: {
    remedy: "application-configuration",
    sentence:
      "A program on AWS takes a role; elsewhere IAM Roles Anywhere, or an OIDC identity, gives it credentials that end by themselves.",
  },
  place: ({ path, names }, { home, configurationFolder }) =>
    `${[names.accessKeyId].flat().join(".")} in ${pathFrom(path, home, configurationFolder)}`,
  async open(settings, world, place) {
    const { openFile } = await import("./target.ts");
    return openFile(settings, world, place);
  },
});

import * as z from "zod/mini";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import { describeTarget } from "../descriptor.ts";
import { path } from "../settings.ts";

export default describeTarget({
  type: "aws-profile",
  title: "A profile of the AWS CLI and SDKs, in a credentials or config file",
  settings: z.strictObject({
    profile: z
      .string()
      .check(
        z.regex(/^[^\p{Cc}[\]#;"']+$/u, "must be the name of a profile"),
        z.describe("Its name, as `--profile` takes it; `default` is the one without a name."),
      ),
    path: z
      ._default(path, "~/.aws/credentials")
      .check(
        z.describe(
          "The file. One that is called `config` is taken for a config file, any other for a credentials file.",
        ),
      ),
    kind: z
      .optional(z.enum(["credentials", "config"]))
      .check(z.describe("What kind of file it is, where its name does not tell.")),
    backup: z
      .optional(z.boolean())
      .check(
        z.describe(
          "Keep what was there as `PATH.keysweep-old`, for its owner alone. It holds the old secret until you remove it.",
        ),
      ),
  }),
  example: { profile: "deploy", path: "~/.aws/credentials" },
  isAtomic: () => true,
  readBack: () => "value",
  leastPrivilege:
    "To be the owner of the file, or root; to write in its folder. The file has to exist, with the owner and mode that it is to have; a profile that is not there yet is added.",
  avoidableBy: {
    remedy: "person",
    sentence:
      "People sign in with `aws sso login` or `aws login`; programs on AWS take a role, and elsewhere IAM Roles Anywhere.",
  },
  place: ({ profile, path }, { home, configurationFolder }) =>
    `the profile ${profile} in ${pathFrom(path, home, configurationFolder)}`,
  async open(settings, world, place) {
    const { openProfile } = await import("./target.ts");
    return openProfile(settings, world, place);
  },
});

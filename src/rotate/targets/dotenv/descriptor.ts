import * as z from "zod/mini";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import { describeTarget } from "../descriptor.ts";
import { namesOf, path, USUAL_NAMES } from "../settings.ts";

const name = z.string().check(z.regex(/^[A-Za-z_][\w.-]*$/, "must be the name of a variable"));

export default describeTarget({
  type: "dotenv",
  title: "Variables in a `.env` file",
  settings: z.strictObject({
    path: path.check(z.describe("The file.")),
    names: z._default(namesOf(name), USUAL_NAMES).check(z.describe("What the two variables are called.")),
    backup: z
      .optional(z.boolean())
      .check(
        z.describe(
          "Keep what was there as `PATH.keysweep-old`, for its owner alone. It holds the old secret until you remove it.",
        ),
      ),
  }),
  example: { path: "/srv/app/.env", names: USUAL_NAMES },
  isAtomic: () => true,
  readBack: () => "value",
  leastPrivilege:
    "To be the owner of the file, or root; to write in its folder. The file has to exist, with the owner and mode that it is to have; variables that are not there yet are added.",
  avoidableBy: {
    remedy: "application-configuration",
    sentence:
      "A program on AWS takes a role; elsewhere IAM Roles Anywhere, or an OIDC identity, gives it credentials that end by themselves.",
  },
  place: ({ path, names }, { home, configurationFolder }) =>
    `${names.accessKeyId} in ${pathFrom(path, home, configurationFolder)}`,
  async open(settings, world, place) {
    const { openDotenv } = await import("./target.ts");
    return openDotenv(settings, world, place);
  },
});

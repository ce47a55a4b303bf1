import * as z from "zod/mini";
import { awsPlaceSettings, awsPlaceText } from "../aws-settings.ts";
import { describeTarget } from "../descriptor.ts";
import { namesOf, text } from "../settings.ts";

const name = z.string().check(z.regex(/^[\w./-]{1,1011}$/, "must be the name of a parameter, e.g. /deploy/id"));

export default describeTarget({
  type: "ssm-parameter",
  title: "Parameters of AWS Systems Manager",
  settings: z.union([
    z.strictObject({
      names: namesOf(name).check(
        z.describe("The two parameters. Consumers that read them at the same moment may see halves of two keys."),
      ),
      ...awsPlaceSettings,
    }),
    z.strictObject({
      parameter: name.check(z.describe("One parameter that holds both, as a JSON object: they change in one step.")),
      fields: namesOf(text).check(z.describe("Under which fields of the object the two values stand.")),
      ...awsPlaceSettings,
    }),
  ]),
  example: { names: { accessKeyId: "/deploy/id", secretAccessKey: "/deploy/key" } },
  isAtomic: (settings) => "parameter" in settings,
  readBack: () => "value",
  leastPrivilege:
    "`ssm:GetParameter` and `ssm:PutParameter` on these parameters, `ssm:DescribeParameters`; `kms:Decrypt` and `kms:Encrypt` where a key of your own encrypts them.",
  avoidableBy: null,
  place: (settings) => {
    const { accessKeyId, secretAccessKey } = "names" in settings ? settings.names : settings.fields;
    const parameters =
      "names" in settings ? `parameters ${accessKeyId} and ${secretAccessKey}` : `parameter ${settings.parameter}`;
    return `SSM ${parameters}${awsPlaceText(settings)}`;
  },
  async open(settings, world, place) {
    const { openParameters } = await import("./target.ts");
    return openParameters(settings, world, place);
  },
});

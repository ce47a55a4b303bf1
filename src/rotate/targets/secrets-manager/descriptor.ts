import * as z from "zod/mini";
import { awsPlaceSettings, awsPlaceText } from "../aws-settings.ts";
import { describeTarget } from "../descriptor.ts";
import { namesOf, text, USUAL_NAMES } from "../settings.ts";

export default describeTarget({
  type: "secrets-manager",
  title: "A secret of AWS Secrets Manager",
  settings: z.strictObject({
    secret: text.check(z.describe("Its name or ARN. It has to exist, and to hold a JSON object.")),
    fields: z
      ._default(namesOf(text), USUAL_NAMES)
      .check(z.describe("Under which fields of the object the two values stand.")),
    ...awsPlaceSettings,
  }),
  example: {
    secret: "prod/deploy",
    fields: { accessKeyId: "id", secretAccessKey: "key" },
    region: "eu-west-1",
  },
  isAtomic: () => true,
  readBack: () => "value",
  leastPrivilege:
    "`secretsmanager:DescribeSecret`, `GetSecretValue`, `PutSecretValue` and `UpdateSecretVersionStage` on this secret; `kms:Decrypt` and `kms:GenerateDataKey` where a key of your own encrypts it.",
  avoidableBy: null,
  place: ({ secret, ...where }) => `Secrets Manager secret ${secret}${awsPlaceText(where)}`,
  async open(settings, world, place) {
    const { openSecret } = await import("./target.ts");
    return openSecret(settings, world, place);
  },
});

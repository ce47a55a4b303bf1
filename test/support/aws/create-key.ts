/** Makes an access key for a user, as any program would: `node create-key.ts USER`. */
import { CreateAccessKeyCommand, IAMClient } from "@aws-sdk/client-iam";

const [, , UserName = ""] = process.argv;
await new IAMClient({ maxAttempts: 1 }).send(new CreateAccessKeyCommand({ UserName }));

import { type Check } from "./check.ts";
import { BEDROCK } from "./services.ts";

export const bedrockKey: Check = {
  name: "bedrock-key",
  title: "A user has a long-term Bedrock API key",
  severity: "high",
  condition: () => "a user has a long-term API key for Bedrock that is active (critical when it never expires)",
  remedy: {
    title: "Use temporary credentials",
    steps: [
      "Let the program sign its calls with a role's credentials, or make short-term API keys from them.",
      "Deactivate it: `aws iam update-service-specific-credential --user-name {userName} --service-specific-credential-id ID --status Inactive`, then delete it.",
    ],
  },
  compliance: {},
  needs: ["service-credentials"],
  *judge({ users }) {
    for (const { userName, serviceCredentials } of users) {
      for (const { id, service, status, expiresAt } of serviceCredentials) {
        if (status !== "Active" || !(service === BEDROCK)) continue;
        const until = expiresAt === null ? "never expires" : `is valid until ${expiresAt.slice(0, 10)}`;
        yield {
          detail: `The credential for ${service} ${until}.`,
          userName,
          subject: id,
          severity: expiresAt === null ? "critical" : "high",
        };
      }
    }
  },
};

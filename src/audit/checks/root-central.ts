import { type Check, cis } from "./check.ts";

export const rootCentral: Check = {
  name: "root-central",
  title: "Root users of members are not managed centrally",
  severity: "high",
  condition: () => "the organisation does not manage the root credentials of its members centrally",
  remedy: {
    title: "Manage root access centrally",
    steps: [
      "`aws organizations enable-aws-service-access --service-principal iam.amazonaws.com`",
      "`aws iam enable-organizations-root-credentials-management` and `aws iam enable-organizations-root-sessions`",
      "Delete the root credentials of the members.",
    ],
  },
  compliance: cis(null, null, null, "2.1.1"),
  needs: ["organization-features"],
  *judge({ organization }) {
    if (organization === null) return;
    const missing = ["RootCredentialsManagement", "RootSessions"].filter(
      (name) => organization.features?.includes(name) !== true,
    );
    if (missing.length > 0) yield { detail: `Not enabled in the organisation: ${missing.join(", ")}.` };
  },
};

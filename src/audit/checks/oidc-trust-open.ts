import { openlyTrusted } from "../policy/web-identity.ts";
import { type Check } from "./check.ts";

export const oidcTrustOpen: Check = {
  name: "oidc-trust-open",
  title: "A role trusts all of an identity provider",
  severity: "high",
  condition: () => "a role trusts a web identity provider without saying whose tokens it means",
  remedy: {
    title: "Name whose tokens the role accepts",
    steps: [
      "Add a condition to the role's trust policy on the token's `:sub` (e.g. `repo:ORGANISATION/REPOSITORY:ref:refs/heads/main`), with no wildcard before the part that names you.",
    ],
  },
  compliance: {},
  needs: ["authorization-details"],
  *judge({ roles }) {
    for (const { arn, name, trust } of roles) {
      const provider = openlyTrusted(trust);
      if (provider !== null) yield { detail: `The role ${name} accepts any token of ${provider}.`, subject: arn };
    }
  },
};

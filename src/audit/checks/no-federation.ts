import { type Check, cis } from "./check.ts";

export const noFederation: Check = {
  name: "no-federation",
  title: "People and programs have no way in but IAM users",
  severity: "low",
  condition: () => "the account has no SAML or OpenID Connect provider, and IAM Identity Center does not reach it",
  remedy: {
    title: "Sign people and programs in without keys",
    steps: [
      "People: IAM Identity Center for the organisation.",
      "Pipelines: an OpenID Connect provider in this account, e.g. `aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com`.",
    ],
  },
  compliance: cis("1.21", "1.20", "2.20", "2.19"),
  needs: ["identity-providers", "authorization-details"],
  *judge({ identityProviders, roles }) {
    const identityCenter = roles.some(({ path }) => path.startsWith("/aws-reserved/sso.amazonaws.com/"));
    if (identityProviders.length === 0 && !identityCenter)
      yield { detail: "Every person and program outside AWS needs a user with a password or a key here." };
  },
};

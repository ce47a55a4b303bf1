import * as z from "zod/mini";
import { describeTarget } from "../descriptor.ts";
import { namesOf, secretReference, USUAL_NAMES } from "../settings.ts";
import { address } from "../web-address.ts";
import { scopeText } from "./scope.ts";

const owner = /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;
/** GitHub refuses names that begin with GITHUB_, and puts all in capitals. */
const name = z
  .string()
  .check(z.regex(/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/, "must be the name of a secret: capitals, digits and underscores"));
const repository = z.string().check(z.regex(/^[\w-]+\/[\w.-]+$/, "must be a repository, e.g. acme/site"));
const organization = z.string().check(z.regex(owner, "must be the name of an organization"));

const common = {
  names: z._default(namesOf(name), USUAL_NAMES).check(z.describe("What the two secrets are called.")),
  api: z
    ._default(address, "https://api.github.com")
    .check(z.describe("Where the API is; `https://HOST/api/v3` for an Enterprise server.")),
  token: secretReference.check(z.describe("Where the token comes from.")),
};
const app = z
  ._default(z.enum(["actions", "dependabot", "codespaces", "agents"]), "actions")
  .check(z.describe("Whose secrets they are; those of an environment are always those of Actions."));

export default describeTarget({
  type: "github-actions",
  title: "Secrets of GitHub Actions, Dependabot, Codespaces or agents",
  settings: z.union([
    z.strictObject({
      repository: repository.check(z.describe("The repository, as `owner/name`.")),
      environment: z
        .optional(z.string().check(z.minLength(1, "must not be empty"), z.maxLength(255, "is too long")))
        .check(z.describe("The environment of the repository that has the secrets; without: the repository itself.")),
      app,
      ...common,
    }),
    z.strictObject({
      organization: organization.check(z.describe("The organization, where its secrets are meant.")),
      app,
      ...common,
    }),
  ]),
  example: {
    repository: "acme/site",
    environment: "prod",
    app: "actions",
    names: USUAL_NAMES,
    api: "https://api.github.com",
    token: { env: "GITHUB_TOKEN" },
  },
  isAtomic: () => false,
  readBack: () => "metadata",
  leastPrivilege:
    "A fine-grained token for this repository with `Secrets: read and write` (for an environment `Environments: read and write`, for Dependabot `Dependabot secrets`, for Codespaces `Codespaces secrets`, for an organization `Organization secrets`), or a GitHub App with the same.",
  avoidableBy: {
    remedy: "ci-github",
    sentence: "Workflows can take a role by OpenID Connect, with no key at all.",
  },
  place: (settings) => {
    const { names, api } = settings;
    const { host } = new URL(api);
    const where = host === "api.github.com" ? "" : ` on ${host}`;
    return `${scopeText(settings)}: ${names.accessKeyId} and ${names.secretAccessKey}${where}`;
  },
  async open(settings, world, place) {
    const { openSecrets } = await import("./target.ts");
    return openSecrets(settings, world, place);
  },
});

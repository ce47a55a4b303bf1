import * as z from "zod/mini";
import { describeTarget } from "../descriptor.ts";
import { namesOf, secretReference, text, USUAL_NAMES } from "../settings.ts";
import { address } from "../web-address.ts";

const segments = z
  .string()
  .check(
    z.regex(/^[^\p{Cc}/?#]+(?:\/[^\p{Cc}/?#]+)*$/u, "must be a path without a slash at its ends, e.g. prod/deploy"),
  );

export default describeTarget({
  type: "vault-kv",
  title: "A secret of HashiCorp Vault or OpenBao (KV version 2)",
  settings: z.strictObject({
    address: address.check(z.describe("Where the server is, e.g. `https://vault.acme.example:8200`.")),
    mount: z._default(segments, "secret").check(z.describe("Where the engine is mounted.")),
    path: segments.check(z.describe("The secret's path below the mount, without `data/`.")),
    fields: z
      ._default(namesOf(text), USUAL_NAMES)
      .check(z.describe("Under which keys of the secret the two values stand.")),
    namespace: z.optional(segments).check(z.describe("The namespace, where the server has such.")),
    token: secretReference.check(z.describe("Where the token comes from.")),
  }),
  example: {
    address: "https://vault.acme.example:8200",
    mount: "secret",
    path: "prod/deploy",
    fields: { accessKeyId: "id", secretAccessKey: "key" },
    token: { env: "VAULT_TOKEN" },
  },
  isAtomic: () => true,
  readBack: () => "value",
  leastPrivilege:
    'A policy with `path "secret/data/prod/deploy" { capabilities = ["read", "patch", "create", "update"] }`. With `patch` nothing else of the secret leaves the server; `create` and `update` are for a secret that is not there yet.',
  avoidableBy: null,
  place: ({ address, mount, path, namespace }) => {
    const within = namespace === undefined ? "" : `, namespace ${namespace}`;
    return `Vault secret ${mount}/${path} (${new URL(address).host}${within})`;
  },
  async open(settings, world, place) {
    const { openVaultSecret } = await import("./target.ts");
    return openVaultSecret(settings, world, place);
  },
});

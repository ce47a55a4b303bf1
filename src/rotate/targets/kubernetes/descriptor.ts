import * as z from "zod/mini";
import { describeTarget } from "../descriptor.ts";
import { namesOf, path, text, USUAL_NAMES } from "../settings.ts";

const label = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
      "must be a name of Kubernetes: small letters, digits and hyphens",
    ),
  );
const dataKey = z
  .string()
  .check(z.regex(/^[\w.-]{1,253}$/, "must be a key of a Secret: letters, digits, `-`, `_` and `.`"));
const workload = z
  .string()
  .check(z.regex(/^(?:deployment|statefulset|daemonset)\/[a-z0-9][a-z0-9.-]*$/, "must be e.g. deployment/app"));

export default describeTarget({
  type: "kubernetes",
  title: "A Secret of a Kubernetes cluster",
  settings: z.strictObject({
    namespace: z._default(label, "default").check(z.describe("The namespace of the Secret and of what is restarted.")),
    secret: label.check(z.describe("The Secret's name. It has to exist.")),
    keys: z
      ._default(namesOf(dataKey), USUAL_NAMES)
      .check(z.describe("Under which keys of the Secret the two values stand.")),
    restart: z
      .optional(z.array(workload))
      .check(
        z.describe(
          "What is rolled out anew once the Secret holds the new key, e.g. `deployment/app`. It happens once a key.",
        ),
      ),
    kubeconfig: z
      ._default(path, "~/.kube/config")
      .check(
        z.describe("How the cluster is reached. A program that it names for signing in is run, as kubectl would."),
      ),
    context: z.optional(text).check(z.describe("Which context of the kubeconfig; without: its current one.")),
    inCluster: z
      ._default(z.boolean(), false)
      .check(z.describe("Whether keysweep runs in the cluster, with a service account; no kubeconfig is read then.")),
  }),
  example: {
    namespace: "shop",
    secret: "aws",
    keys: USUAL_NAMES,
    restart: ["deployment/checkout"],
    kubeconfig: "~/.kube/config",
    context: "prod",
    inCluster: false,
  },
  isAtomic: () => true,
  readBack: () => "value",
  leastPrivilege:
    "A Role in the namespace with `get` and `patch` on `secrets`, limited to this one by `resourceNames`, and `patch` on what is to be restarted (`apps/deployments` …).",
  avoidableBy: {
    remedy: "kubernetes",
    sentence:
      "Pods on EKS take a role by Pod Identity or IRSA; elsewhere the cluster's own tokens serve with OpenID Connect.",
  },
  place: ({ namespace, secret, context, kubeconfig, inCluster }) => {
    const cluster = inCluster ? "this cluster" : `${context ?? "current context"} of ${kubeconfig}`;
    return `Kubernetes Secret ${namespace}/${secret} (${cluster})`;
  },
  async open(settings, world, place) {
    const { openSecret } = await import("./target.ts");
    return openSecret(settings, world, place);
  },
});

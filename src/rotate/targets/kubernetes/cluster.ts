import { parse } from "yaml";
import { KeysweepError } from "../../../model/error.ts";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import type { Trust } from "../../../runtime/trusting-request.ts";
import type { TargetWorld } from "../descriptor.ts";
import { type Fields, fieldsOf, jsonIn } from "../json-value.ts";

/** How a cluster is reached, and as whom. */
export interface Cluster {
  readonly server: string;
  readonly trust: Trust;
  /** Null: the client's certificate says who we are. */
  readonly token: string | null;
}

export interface ClusterSettings {
  readonly kubeconfig: string;
  readonly context?: string | undefined;
  readonly inCluster: boolean;
}

/** How long a program may take to sign in: it may ask an identity provider. */
const SIGN_IN_MS = 60_000;

/** @throws KeysweepError `target` that says what is missing, and shows nothing of what is there. */
export async function reach(settings: ClusterSettings, world: TargetWorld): Promise<Cluster> {
  return settings.inCluster ? fromServiceAccount(world) : fromKubeconfig(settings, world);
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
async function fromServiceAccount(world: TargetWorld): Promise<Cluster> {
  const [host, port] = await Promise.all(
    ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"].map(async (env) => (await world.resolve({ env })).reveal()),
  );
  return {
    server: `https://${host?.includes(":") === true ? `[${host}]` : host}:${port}`,
    trust: { authorities: textOf(world, `${SERVICE_ACCOUNT}/ca.crt`), serverName: null, identity: null },
    token: textOf(world, `${SERVICE_ACCOUNT}/token`).trim(),
  };
}

/** @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
async function fromKubeconfig(settings: ClusterSettings, world: TargetWorld): Promise<Cluster> {
  const path = pathFrom(settings.kubeconfig, world.home, world.configurationFolder);
  const config = parsed(path, textOf(world, path));
  const name = settings.context ?? config["current-context"];
  const context = entry(path, config, "contexts", "context", name);
  const cluster = entry(path, config, "clusters", "cluster", context.cluster);
  const user = entry(path, config, "users", "user", context.user);
  if (cluster["insecure-skip-tls-verify"] === true)
    throw problem(
      path,
      `turns the check of the server's certificate off`,
      "Give it certificate-authority-data instead.",
    );
  const folder = path.slice(0, path.lastIndexOf("/"));
  const material = (fields: Fields, field: string): string | null => {
    const data = fields[`${field}-data`];
    if (typeof data === "string") return Buffer.from(data, "base64").toString("utf8");
    const file = fields[field];
    return typeof file === "string" ? textOf(world, pathFrom(file, world.home, folder)) : null;
  };
  const signedIn = user.exec === undefined ? null : await signIn(path, user.exec, world);
  const certificate = signedIn?.certificate ?? material(user, "client-certificate");
  const key = signedIn?.key ?? material(user, "client-key");
  return {
    server: text(path, "server", cluster.server),
    trust: {
      authorities: material(cluster, "certificate-authority"),
      serverName: typeof cluster["tls-server-name"] === "string" ? cluster["tls-server-name"] : null,
      identity: certificate === null || key === null ? null : { certificate, key },
    },
    token: signedIn?.token ?? tokenOf(user, world, folder),
  };
}

function tokenOf({ token, tokenFile }: Fields, world: TargetWorld, folder: string): string | null {
  if (typeof tokenFile === "string") return textOf(world, pathFrom(tokenFile, world.home, folder)).trim();
  return typeof token === "string" ? token : null;
}

interface SignedIn {
  readonly token: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
async function signIn(path: string, exec: unknown, world: TargetWorld): Promise<SignedIn> {
  const { apiVersion, command, args, env } = fieldsOf(exec);
  const variables = listOf(env).map((pair) => [String(fieldsOf(pair).name), String(fieldsOf(pair).value)]);
  const request = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  const result = await world.run({
    argv: [text(path, "exec.command", command), ...listOf(args).map(String)],
    stdin: "",
    environment: { ...Object.fromEntries(variables), KUBERNETES_EXEC_INFO: JSON.stringify(request) },
    timeoutMs: SIGN_IN_MS,
  });
  const status = result.status === 0 ? fieldsOf(fieldsOf(jsonIn(result.stdout)).status) : {};
  const told = (field: string) => (typeof status[field] === "string" ? status[field] : null);
  const signedIn = { token: told("token"), certificate: told("clientCertificateData"), key: told("clientKeyData") };
  if (signedIn.token !== null || signedIn.certificate !== null) return signedIn;
  throw problem(
    path,
    `names ${String(command)} to sign in with, which gave no credentials`,
    "Try it: kubectl auth whoami.",
    "safe",
  );
}

/** The entry of this name in one of the lists that a kubeconfig is made of. */
function entry(path: string, config: Fields, list: string, field: string, name: unknown): Fields {
  const found = listOf(config[list]).find((one) => fieldsOf(one).name === name);
  if (typeof name === "string" && found !== undefined) return fieldsOf(fieldsOf(found)[field]);
  throw problem(
    path,
    `has no ${field} ${typeof name === "string" ? name : "that is current"}`,
    "Name another context, or mend it.",
  );
}

function parsed(path: string, content: string): Fields {
  try {
    return fieldsOf(parse(content));
  } catch {
    // Its message quotes the text.
    throw problem(path, "is not YAML", "Mend it, or name another kubeconfig.");
  }
}

function text(path: string, name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw problem(path, `does not say what ${name} is`, "Mend it, or name another kubeconfig.");
}

function textOf(world: TargetWorld, path: string): string {
  return world.files.read(path).toString("utf8");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function problem(path: string, what: string, hint: string, retry: "never" | "safe" = "never"): KeysweepError {
  return new KeysweepError("target", `the kubeconfig ${path} ${what}`, { hint, retry });
}

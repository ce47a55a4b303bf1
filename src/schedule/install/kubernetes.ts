import type { ICronJob } from "kubernetes-models/batch/v1";
import type { IPersistentVolumeClaim, IPodSpec, IServiceAccount } from "kubernetes-models/v1";
import { stringify } from "yaml";
import { type Artefact, EVERY_MINUTES, MARK } from "./installation.ts";

const NAME = "keysweep";
const LABELS = { "app.kubernetes.io/name": NAME };
/** Where what a run writes outlives it. */
export const KUBERNETES_STATE = "/var/lib/keysweep";
const CONFIGURATION = "/etc/keysweep";
/** The user of the image. */
const USER = 1000;

export interface KubernetesOptions {
  readonly path: string;
  readonly image: string;
}

/** A CronJob, with what it needs: a service account without a token and a volume that outlives it. */
export function kubernetesManifests({ path, image }: KubernetesOptions): Artefact {
  const documents = [serviceAccount(), volumeClaim(), cronJob(image)];
  const head = [
    `# ${MARK}`,
    "# The configuration: kubectl create configmap keysweep --from-file=config.yaml",
    "# AWS: let the service account assume a role (EKS Pod Identity, or an annotation for IRSA), and give it no key.",
  ];
  return {
    path,
    text: `${head.join("\n")}\n${documents.map((one) => stringify(one, { lineWidth: 0 })).join("---\n")}`,
  };
}

function serviceAccount(): IServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: NAME, labels: LABELS },
    automountServiceAccountToken: false,
  };
}

/** On a disk of one node: a journal of rotations must not lie on a network file system. */
function volumeClaim(): IPersistentVolumeClaim {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: NAME, labels: LABELS },
    spec: { accessModes: ["ReadWriteOncePod"], resources: { requests: { storage: "1Gi" } } },
  };
}

function cronJob(image: string): ICronJob {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: NAME, labels: LABELS },
    spec: {
      schedule: `*/${EVERY_MINUTES} * * * *`,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: EVERY_MINUTES * 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          // The next one goes on where this one ended.
          backoffLimit: 0,
          template: { metadata: { labels: LABELS }, spec: pod(image) },
        },
      },
    },
  };
}

function pod(image: string): IPodSpec {
  return {
    restartPolicy: "Never",
    serviceAccountName: NAME,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 300,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      // Else the group is let into the ledger's folder each time, and keysweep does not trust such a ledger.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: NAME,
        image,
        args: ["schedule", "run", "--once", "--config", `${CONFIGURATION}/config.yaml`],
        env: [
          { name: "XDG_STATE_HOME", value: KUBERNETES_STATE },
          { name: "HOME", value: "/tmp" },
        ],
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
        volumeMounts: [
          { name: "state", mountPath: KUBERNETES_STATE },
          { name: "configuration", mountPath: CONFIGURATION, readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "state", persistentVolumeClaim: { claimName: NAME } },
      { name: "configuration", configMap: { name: NAME } },
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
    ],
  };
}

// Generated from the folders of src/rotate/targets by npm run generate; do not edit.
import type { TargetDescriptor } from "../rotate/targets/descriptor.ts";

/** The types of targets by name; each is loaded when it is asked for. */
export const TARGETS: Readonly<Record<string, () => Promise<{ readonly default: TargetDescriptor }>>> = {
  "aws-profile": () => import("../rotate/targets/aws-profile/descriptor.ts"),
  "command": () => import("../rotate/targets/command/descriptor.ts"),
  "dotenv": () => import("../rotate/targets/dotenv/descriptor.ts"),
  "file": () => import("../rotate/targets/file/descriptor.ts"),
  "github-actions": () => import("../rotate/targets/github-actions/descriptor.ts"),
  "kubernetes": () => import("../rotate/targets/kubernetes/descriptor.ts"),
  "secrets-manager": () => import("../rotate/targets/secrets-manager/descriptor.ts"),
  "ssm-parameter": () => import("../rotate/targets/ssm-parameter/descriptor.ts"),
  "vault-kv": () => import("../rotate/targets/vault-kv/descriptor.ts"),
  "webhook": () => import("../rotate/targets/webhook/descriptor.ts"),
};

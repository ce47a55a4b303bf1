import type { DoctorCheck } from "./check.ts";
import { auditPermissionsCheck } from "./checks/audit-permissions.ts";
import { awsIdentityCheck } from "./checks/aws-identity.ts";
import { configurationCheck } from "./checks/configuration.ts";
import { gitCheck } from "./checks/git.ts";
import { hooksCheck } from "./checks/hooks.ts";
import { ledgerCheck } from "./checks/ledger.ts";
import { notificationsCheck } from "./checks/notifications.ts";
import { organizationCheck } from "./checks/organization.ts";
import { rotationPermissionsCheck } from "./checks/rotation-permissions.ts";
import { scheduleCheck } from "./checks/schedule.ts";
import { sealCheck } from "./checks/seal.ts";
import { trailCheck } from "./checks/trail.ts";

/** What `keysweep doctor` looks at, in the order in which it tells. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  configurationCheck,
  ledgerCheck,
  gitCheck,
  hooksCheck,
  awsIdentityCheck,
  auditPermissionsCheck,
  organizationCheck,
  rotationPermissionsCheck,
  sealCheck,
  notificationsCheck,
  trailCheck,
  scheduleCheck,
];

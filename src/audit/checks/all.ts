import { adminWithKey } from "./admin-with-key.ts";
import { assumeRoleOnly } from "./assume-role-only.ts";
import { bedrockKey } from "./bedrock-key.ts";
import type { Check } from "./check.ts";
import { consoleNoMfa } from "./console-no-mfa.ts";
import { consoleUnused } from "./console-unused.ts";
import { directPolicy } from "./direct-policy.ts";
import { humanWithKey } from "./human-with-key.ts";
import { keyAge } from "./key-age.ts";
import { keyAtSetup } from "./key-at-setup.ts";
import { keyInactiveStale } from "./key-inactive-stale.ts";
import { keyNeverUsed } from "./key-never-used.ts";
import { keyOnDisk } from "./key-on-disk.ts";
import { keyOutsideOrganisation } from "./key-outside-organisation.ts";
import { keyTwoActive } from "./key-two-active.ts";
import { keyUnused } from "./key-unused.ts";
import { mfaMissingWithKey } from "./mfa-missing-with-key.ts";
import { mfaVirtualOnly } from "./mfa-virtual-only.ts";
import { noFederation } from "./no-federation.ts";
import { oidcTrustOpen } from "./oidc-trust-open.ts";
import { passwordPolicy } from "./password-policy.ts";
import { quarantined } from "./quarantined.ts";
import { rootAccessKey } from "./root-access-key.ts";
import { rootCentral } from "./root-central.ts";
import { rootCertificate } from "./root-certificate.ts";
import { rootHardwareMfa } from "./root-hardware-mfa.ts";
import { rootMfa } from "./root-mfa.ts";
import { rootUsed } from "./root-used.ts";
import { secretInTag } from "./secret-in-tag.ts";
import { serverCertificateExpired } from "./server-certificate-expired.ts";
import { serviceCredential } from "./service-credential.ts";
import { signingCertificateAge } from "./signing-certificate-age.ts";
import { sshKeyAge } from "./ssh-key-age.ts";

/** Everything that an audit looks for, in the order of its documentation. */
export const CHECKS: readonly Check[] = [
  rootAccessKey,
  rootMfa,
  rootHardwareMfa,
  rootUsed,
  rootCentral,
  rootCertificate,
  keyAge,
  keyUnused,
  keyNeverUsed,
  keyTwoActive,
  keyInactiveStale,
  keyAtSetup,
  consoleNoMfa,
  mfaMissingWithKey,
  mfaVirtualOnly,
  consoleUnused,
  humanWithKey,
  adminWithKey,
  assumeRoleOnly,
  directPolicy,
  serviceCredential,
  bedrockKey,
  sshKeyAge,
  signingCertificateAge,
  serverCertificateExpired,
  passwordPolicy,
  noFederation,
  oidcTrustOpen,
  quarantined,
  secretInTag,
  keyOnDisk,
  keyOutsideOrganisation,
];

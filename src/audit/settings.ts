/** Thresholds of the checks; ages in days. */
export interface AuditSettings {
  readonly keyMaximumAge: number;
  /** From this age on a key is soon too old. */
  readonly keyAgeWarning: number;
  /** For keys and passwords. */
  readonly unusedAfter: number;
  /** How old a key or user may be that was never used. */
  readonly neverUsedGrace: number;
  /** How long a key may be inactive and still there. IAM does not say since when it is, so its age and last use count. */
  readonly inactiveKeptFor: number;
  readonly rootUsedWithin: number;
  /** Of SSH keys and signing certificates. */
  readonly uploadedMaximumAge: number;
  readonly passwordMinimumLength: number;
  readonly passwordReusePrevention: number;
}

export const USUAL_SETTINGS: AuditSettings = {
  keyMaximumAge: 90,
  keyAgeWarning: 75,
  unusedAfter: 45,
  neverUsedGrace: 7,
  inactiveKeptFor: 30,
  rootUsedWithin: 30,
  uploadedMaximumAge: 90,
  passwordMinimumLength: 14,
  passwordReusePrevention: 24,
};

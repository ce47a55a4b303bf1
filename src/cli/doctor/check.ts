import type { RotationAccess } from "../../aws/rotation-access.ts";
import type { AuditConfiguration } from "../../config/load.ts";
import type { RotationConfiguration } from "../../config/rotations.ts";
import type { Diagnosis, DiagnosisStatus } from "../../model/diagnosis.ts";
import type { CommonFlags } from "../commands/common-flags.ts";
import type { Context } from "../context.ts";
import type { AwsReach } from "./aws-reach.ts";

/** What is looked at, shared by the checks. */
export interface Patient {
  readonly context: Context;
  readonly flags: CommonFlags;
  /** Null: there is none, or it cannot be read. */
  readonly configuration: AuditConfiguration | null;
  /** What it says of rotations; null as above. */
  readonly rotations: RotationConfiguration | null;
  /** Whether the configuration asks for something of AWS. */
  readonly wantsAws: boolean;
  /** What is wrong with the credentials, or how far they reach: asked once. */
  aws(): Promise<AwsReach | AwsProblem>;
  /** The way into AWS that rotations take: made once. */
  rotationAccess(rotations: RotationConfiguration): Promise<RotationAccess>;
}

/** The credentials do not work; `isMissing`: there are none. */
export interface AwsProblem {
  readonly isMissing: boolean;
  readonly detail: string;
  readonly hint: string | null;
}

/** Something that `keysweep doctor` looks at: one file each, which changes nothing. */
export interface DoctorCheck {
  readonly name: string;
  examine(patient: Patient): Promise<readonly Finding[]>;
}

export type Finding = Omit<Diagnosis, "check">;

export function said(status: DiagnosisStatus, detail: string, hint: string | null = null): Finding {
  return { status, detail, hint };
}

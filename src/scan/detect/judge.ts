import { isTemporary } from "../../model/access-key-id.ts";
import type { UseCase } from "../../model/finding.ts";
import type { Severity } from "../../model/severity.ts";
import { isPlaceholderSecret } from "../placeholder.ts";
import { ruleNamed } from "../rules.ts";
import { useCaseOf } from "../use-case.ts";
import type { IdCandidate, SecretCandidate, Span } from "./candidates.ts";
import type { Detection, DocumentHint } from "./detection.ts";
import { fingerprintOf, pairFingerprint, secretDigestOf } from "./fingerprint.ts";
import type { Pair } from "./pairing.ts";
import type { Positions } from "./positions.ts";
import type { View } from "./view.ts";

/** Makes detections out of what was found, one method for each sort: the rule, how bad it is, and where it stands. */
export interface Judge {
  pair(pair: Pair, hasSessionToken: boolean): Detection;
  smtpLogin(login: Pair): Detection;
  loneId(id: IdCandidate): Detection;
  /** @param expiresAt until when the URL works, in milliseconds since 1970; null: nobody knows */
  presignedUrl(id: IdCandidate, expiresAt: number | null): Detection;
  loneSecret(secret: SecretCandidate): Detection;
  token(rule: string, span: Span, id: string, secret: string): Detection;
}

/** The longest session that STS gives (GetSessionToken), in milliseconds: past it temporary credentials are worthless. */
const LONGEST_SESSION_MS = 36 * 3600 * 1000;

/** The byte order mark of UTF-8 or UTF-16, which stands before the first line as if it were part of it. */
const MARK = /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/;

/** How much text around a credential tells its use, to either side, in characters. */
const SURROUNDINGS = 2048;

export function judgeFor(positions: Positions, view: View, hint: DocumentHint): Judge {
  type Verdict = Pick<Detection, "rule" | "fingerprint" | "accessKeyId" | "secretDigest" | "placeholder"> & {
    readonly severity?: Severity;
  };

  function detection(verdict: Verdict, at: Span, also: Span = at): Detection {
    const offset = view.origin(at.from);
    return {
      ...verdict,
      severity: verdict.placeholder ? "info" : (verdict.severity ?? ruleNamed(verdict.rule).severity),
      useCase: useCaseAt(at, verdict.rule, verdict.accessKeyId !== null && isTemporary(verdict.accessKeyId)),
      inlineAllow: positions.allowAt([offset, view.origin(also.from)]),
      offset,
      ...positions.at(offset),
    };
  }

  /** What is near to each other has one use: told once for each stretch of text. */
  const useCases = new Map<string, UseCase>();
  function useCaseAt(at: Span, rule: string, temporary: boolean): UseCase {
    const stretch = `${Math.floor(at.from / SURROUNDINGS)} ${rule} ${temporary}`;
    const known = useCases.get(stretch);
    if (known !== undefined) return known;
    const surroundings = view.text.slice(Math.max(0, at.from - SURROUNDINGS), at.to + SURROUNDINGS).replace(MARK, "");
    const useCase = useCaseOf({ path: hint.path, kind: hint.kind, surroundings, rule, temporary });
    useCases.set(stretch, useCase);
    return useCase;
  }

  /** Temporary credentials are as dangerous as others while their session lasts, and nothing afterwards. */
  function temporarySeverity(complete: boolean): Severity {
    if (!complete) return "info";
    return hint.ageMs() <= LONGEST_SESSION_MS ? ruleNamed("aws-session-credentials").severity : "info";
  }

  return {
    pair({ id, secret }, hasSessionToken) {
      const verdict = {
        rule: isTemporary(id.id) ? "aws-session-credentials" : "aws-access-key-pair",
        fingerprint: pairFingerprint(id.id, secret.value),
        accessKeyId: id.id,
        secretDigest: secretDigestOf(secret.value),
        placeholder: id.isPlaceholder || secret.isPlaceholder,
      };
      return isTemporary(id.id)
        ? detection({ ...verdict, severity: temporarySeverity(hasSessionToken) }, id, secret)
        : detection(verdict, id, secret);
    },
    smtpLogin({ id, secret }) {
      return detection(
        {
          rule: "ses-smtp-password",
          fingerprint: fingerprintOf("ses-smtp", id.id, secret.value),
          accessKeyId: id.id,
          secretDigest: secretDigestOf(secret.value),
          placeholder: id.isPlaceholder || secret.isPlaceholder,
        },
        id,
        secret,
      );
    },
    loneId(id) {
      const verdict = {
        rule: isTemporary(id.id) ? "aws-session-credentials" : "aws-access-key-id",
        fingerprint: fingerprintOf("access-key", id.id, ""),
        accessKeyId: id.id,
        secretDigest: null,
        placeholder: id.isPlaceholder,
      };
      return isTemporary(id.id)
        ? detection({ ...verdict, severity: temporarySeverity(false) }, id)
        : detection(verdict, id);
    },
    presignedUrl(id, expiresAt) {
      const isExpired = expiresAt !== null && hint.nowMs !== undefined && expiresAt < hint.nowMs;
      return detection(
        {
          ...(isExpired ? { severity: "info" } : {}),
          rule: "presigned-url-static-key",
          fingerprint: fingerprintOf("presigned-url", id.id, ""),
          accessKeyId: id.id,
          secretDigest: null,
          placeholder: id.isPlaceholder,
        },
        id,
      );
    },
    loneSecret(secret) {
      return detection(
        {
          rule: "aws-secret-access-key",
          fingerprint: fingerprintOf("access-key", "", secret.value),
          accessKeyId: null,
          secretDigest: secretDigestOf(secret.value),
          placeholder: secret.isPlaceholder,
        },
        secret,
      );
    },
    token(rule, span, id, secret) {
      return detection(
        {
          rule,
          fingerprint: fingerprintOf(rule, id, secret),
          accessKeyId: null,
          secretDigest: secretDigestOf(secret),
          placeholder: isPlaceholderSecret(secret),
        },
        span,
      );
    },
  };
}

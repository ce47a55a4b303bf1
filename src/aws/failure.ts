import { AwsFailure, type AwsFailureKind } from "../model/aws-failure.ts";

/** What the SDK throws, as far as it matters here. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  /** Of a connection that failed, e.g. ECONNRESET. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What is to be done about an error: ask again, later or at once, with new credentials, or not at all. */
export type Advice = "slow-down" | "again" | "clock" | "renew" | "give-up";

const THROTTLED = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "BandwidthLimitExceeded",
  "LimitExceededException:RequestRate",
  "EC2ThrottledException",
  "SlowDown",
]);
const CLOCK = new Set([
  "RequestTimeTooSkewed",
  "RequestExpired",
  "RequestInTheFuture",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
]);
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException"]);
const CONNECTION = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const NOT_FOUND = new Set(["NoSuchEntity", "NoSuchEntityException"]);
const DENIED = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "AuthorizationError",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "NotAuthorized",
  "OptInRequired",
]);

export function adviceFor(error: unknown): Advice {
  const { name, code, status } = factsOf(error);
  if (THROTTLED.has(name) || status === 429) return "slow-down";
  if (CLOCK.has(name)) return "clock";
  if (EXPIRED.has(name)) return "renew";
  if (status >= 500 || name === "TimeoutError" || CONNECTION.has(code) || name === "AbortError") return "again";
  return "give-up";
}

/**
 * The error in the words of this project.
 * @param call what was asked for, as a permission is written: `iam:ListUsers`.
 */
export function awsFailure(error: unknown, call: string): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const facts = factsOf(error);
  const { name, code, message } = facts;
  const kind = kindOf(error);
  const permission = kind === "denied" ? (deniedAction(message) ?? call) : null;
  return new AwsFailure(
    `${call}: ${sentence(kind, permission, facts)}`,
    { kind, code: code || name, permission },
    error,
  );
}

function kindOf(error: unknown): AwsFailureKind {
  const { name } = factsOf(error);
  switch (adviceFor(error)) {
    case "slow-down":
      return "throttled";
    case "again":
      return "unavailable";
    case "renew":
      return "expired";
    default:
      return DENIED.has(name) ? "denied" : NOT_FOUND.has(name) ? "not-found" : "refused";
  }
}

function sentence(kind: AwsFailureKind, permission: string | null, facts: Facts): string {
  const { name, message } = facts;
  switch (kind) {
    case "denied":
      return name === "InvalidClientTokenId" || name === "UnrecognizedClientException"
        ? "AWS does not know the credentials, or does not accept them in this region or partition"
        : `${permission} is denied${denier(message)}`;
    case "throttled":
      return `AWS asked to slow down for too long (${name})`;
    case "unavailable":
      return unavailable(facts);
    case "expired":
      return "the session has expired";
    case "not-found":
    case "refused":
      return `${name}: ${message.slice(0, 300)}`;
  }
}

function unavailable({ name, code, status }: Facts): string {
  if (status >= 500) return `AWS was out of order (${name})`;
  return code === "" ? "AWS did not answer in time" : `AWS could not be reached (${code})`;
}

/** `User: … is not authorized to perform: iam:ListUsers on resource: …` */
function deniedAction(message: string): string | null {
  return /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? null;
}

const DENIERS = [
  "service control policy",
  "resource control policy",
  "permissions boundary",
  "session policy",
  "VPC endpoint policy",
];

function denier(message: string): string {
  const found = DENIERS.find((name) => message.includes(name));
  return found === undefined ? "" : ` by a ${found}`;
}

interface Facts {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** Of HTTP; 0 where no answer came. */
  readonly status: number;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: "unknown", code: "", message: "", status: 0 };
  const { name, message, code, $metadata } = error as SdkError;
  return { name, code: code ?? "", message, status: $metadata?.httpStatusCode ?? 0 };
}

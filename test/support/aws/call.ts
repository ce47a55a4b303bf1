import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { escaped } from "./xml.ts";

/** One call of an AWS API, as it comes in. */
export interface Call {
  /** As in the scope of its signature: `iam`, `sts`, `secretsmanager`. */
  readonly service: string;
  /** As in the scope of its signature too: one address stands for the endpoints of all regions. */
  readonly region: string;
  /** For example `ListUsers`. */
  readonly action: string;
  /** Of the Query protocol; empty for JSON. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Of the JSON protocol; empty for Query. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly accessKeyId: string;
  /** When it was signed, in milliseconds since 1970; null when it does not say. */
  readonly signedAt: number | null;
  readonly protocol: "query" | "json";
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Null when it is not signed, so not a call of AWS. */
export function callOf(request: IncomingMessage, body: string): Call | null {
  const { headers, method = "POST", url = "/" } = request;
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "");
  if (scope === null) return null;
  const [, accessKeyId = "", region = "", service = ""] = scope;
  const signedAt = amzDate(headers["x-amz-date"]);
  const common = { service, region, accessKeyId, signedAt, method, path: url, headers, body };
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const json = JSON.parse(body || "{}") as Record<string, unknown>;
    return { ...common, action: target.slice(target.lastIndexOf(".") + 1), parameters: {}, json, protocol: "json" };
  }
  const parameters = Object.fromEntries(new URLSearchParams(body));
  return { ...common, action: parameters.Action ?? "", parameters, json: {}, protocol: "query" };
}

function amzDate(header: string | string[] | undefined): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(header));
  if (parts === null) return null;
  const [year = 0, month = 1, ...rest] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...rest);
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NAMESPACE: Readonly<Record<string, string>> = {
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
};
const JSON_TYPE = "application/x-amz-json-1.1";

/** The names that services of the JSON protocol have for what IAM and STS call otherwise. */
const JSON_CODES: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  ExpiredToken: "ExpiredTokenException",
  InvalidClientTokenId: "UnrecognizedClientException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  Throttling: "ThrottlingException",
};

/**
 * An error as the service would say it.
 * @param code as IAM says it: the protocol's own word is put in its place.
 */
export function refusal({ protocol, service }: Call, status: number, code: string, message: string): Reply {
  if (protocol === "json") {
    const own =
      service === "organizations" && code === "Throttling" ? "TooManyRequestsException" : (JSON_CODES[code] ?? code);
    return {
      status: status < 500 ? 400 : status,
      body: JSON.stringify({ __type: own, Message: message, message }),
      headers: { "content-type": JSON_TYPE, "x-amzn-errortype": own },
    };
  }
  const type = status < 500 ? "Sender" : "Receiver";
  return {
    status,
    body: `<ErrorResponse xmlns="${NAMESPACE[service] ?? ""}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>of-the-gateway</RequestId></ErrorResponse>`,
    headers: { "content-type": "text/xml" },
  };
}

/** A reply of the Query protocol: what stands inside `…Result`. */
export function result({ action, service }: Call, content: string): Reply {
  return {
    status: 200,
    body: `<${action}Response xmlns="${NAMESPACE[service] ?? ""}"><${action}Result>${content}</${action}Result><ResponseMetadata><RequestId>of-the-gateway</RequestId></ResponseMetadata></${action}Response>`,
    headers: { "content-type": "text/xml" },
  };
}

/** A reply of the JSON protocol. */
export function jsonResult(content: object): Reply {
  return { status: 200, body: JSON.stringify(content), headers: { "content-type": JSON_TYPE } };
}

/** The code of an error of either protocol; null for what went well. */
export function errorCode({ status, body, headers }: Reply): string | null {
  if (status < 300) return null;
  return headers?.["x-amzn-errortype"] ?? /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? "InternalFailure";
}

/** As the Query protocol writes times. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

import type { IncomingMessage } from "node:http";
import { escaped } from "./xml.ts";

/** One call of an AWS API, as it comes in. */
export interface Call {
  /** As in the scope of its signature: `iam`, `sts`, `organizations`. */
  readonly service: string;
  readonly region: string;
  /** For example `ListUsers`. */
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
  /** When it was signed, in milliseconds since 1970; null when it does not say. */
  readonly signedAt: number | null;
  readonly protocol: "query" | "json";
}

/** Null when it is not signed, so not a call of AWS. */
export function callOf(request: IncomingMessage, body: string): Call | null {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? "");
  if (scope === null) return null;
  const [, accessKeyId = "", region = "", service = ""] = scope;
  const target = request.headers["x-amz-target"];
  const signedAt = amzDate(request.headers["x-amz-date"]);
  if (typeof target === "string") {
    const parameters = JSON.parse(body || "{}") as Record<string, string>;
    const action = target.slice(target.lastIndexOf(".") + 1);
    return { service, region, action, parameters, accessKeyId, signedAt, protocol: "json" };
  }
  const parameters = Object.fromEntries(new URLSearchParams(body));
  return { service, region, action: parameters.Action ?? "", parameters, accessKeyId, signedAt, protocol: "query" };
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
};

/** An error as the service would say it. */
export function refusal({ protocol, service }: Call, status: number, code: string, message: string): Reply {
  if (protocol === "json") {
    return {
      status,
      body: JSON.stringify({ __type: code, Message: message }),
      headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
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

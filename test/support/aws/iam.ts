/*
 * What IAM answers and moto does not, or not so.
 */
import { type Call, isoTime, type Reply, refusal, result } from "./call.ts";
import type { Key, ListedKey } from "./keys.ts";
import type { AccountState } from "./state.ts";
import { element, escaped, withElement } from "./xml.ts";

const REPORT_KEPT_MS = 4 * 3_600_000;

/** Whether a report is young enough to be given again. */
export function isKept({ report }: AccountState, now: number): boolean {
  return report !== null && now - report.generatedAt < REPORT_KEPT_MS;
}

/** `GetCredentialReport`. */
export function credentialReport(call: Call, account: AccountState, now: number): Reply {
  const { report } = account;
  if (report === null) return refusal(call, 410, "ReportNotPresent", "No report has been generated.");
  if (now - report.generatedAt > REPORT_KEPT_MS) return refusal(call, 410, "ReportExpired", "The report has expired.");
  if (report.pollsLeft > 0) return refusal(call, 404, "ReportInProgress", "The report is still being generated.");
  const content = Buffer.from(report.content).toString("base64");
  return result(
    call,
    `<Content>${content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>${isoTime(report.generatedAt)}</GeneratedTime>`,
  );
}

/** `GetAccessKeyLastUsed`. */
export function lastUsed(call: Call, key: Key | undefined, now: number, lagMs: number): Reply {
  const use = key?.lastUse(now, lagMs) ?? null;
  const when = use === null ? "" : `<LastUsedDate>${isoTime(use.at)}</LastUsedDate>`;
  return result(
    call,
    `<UserName>${escaped(key?.userName ?? "")}</UserName><AccessKeyLastUsed>${when}<ServiceName>${use?.service ?? "N/A"}</ServiceName><Region>${use?.region ?? "N/A"}</Region></AccessKeyLastUsed>`,
  );
}

/** `ListServiceSpecificCredentials`. */
export function serviceCredentials(call: Call, account: AccountState): Reply {
  if (call.parameters.AllUsers !== "true") return refusal(call, 400, "ValidationError", "The tests ask for all users.");
  const list = account.serviceCredentials.map(
    ({ id, userName, serviceName, status, createdAt, expiresAt }) =>
      `<member><UserName>${escaped(userName)}</UserName><Status>${status}</Status><ServiceUserName>${escaped(userName)}-at-${account.id}</ServiceUserName><CreateDate>${isoTime(createdAt)}</CreateDate>${expiresAt === null ? "" : `<ExpirationDate>${isoTime(expiresAt)}</ExpirationDate>`}<ServiceSpecificCredentialId>${id}</ServiceSpecificCredentialId><ServiceName>${serviceName}</ServiceName></member>`,
  );
  return result(call, `<ServiceSpecificCredentials>${list.join("")}</ServiceSpecificCredentials>`);
}

/** `ListOrganizationsFeatures`. */
export function organizationsFeatures(call: Call, { organizationFeatures }: AccountState): Reply {
  return organizationFeatures === null
    ? refusal(call, 400, "ServiceAccessNotEnabled", "Trusted access is not enabled for IAM in your organization.")
    : result(
        call,
        `<OrganizationId>o-gateway000</OrganizationId><EnabledFeatures>${organizationFeatures.map((name) => `<member>${name}</member>`).join("")}</EnabledFeatures>`,
      );
}

/** The reply of `ListAccessKeys` with the keys that it tells of by now. */
export function withKeys(xml: string, userName: string, keys: readonly ListedKey[]): string {
  const list = keys.map(
    ({ id, active, createdAt }) =>
      `<member><UserName>${escaped(userName)}</UserName><AccessKeyId>${id}</AccessKeyId><Status>${active ? "Active" : "Inactive"}</Status><CreateDate>${isoTime(createdAt)}</CreateDate></member>`,
  );
  return withElement(xml, "AccessKeyMetadata", list.join(""));
}

/** The reply of `GetAccountSummary` with what root has. */
export function withRootSummary(xml: string, { root }: AccountState): string {
  const values: Readonly<Record<string, number>> = {
    AccountAccessKeysPresent: root.keys > 0 ? 1 : 0,
    AccountMFAEnabled: root.mfa === "none" ? 0 : 1,
    AccountSigningCertificatesPresent: root.certificate ? 1 : 0,
    AccountPasswordPresent: 1,
  };
  return Object.entries(values).reduce((text, [name, value]) => {
    const entry = `<entry><key>${name}</key><value>${value}</value></entry>`;
    const old = new RegExp(`<entry><key>${name}</key><value>\\d+</value></entry>`);
    return old.test(text) ? text.replace(old, entry) : text.replace("</SummaryMap>", `${entry}</SummaryMap>`);
  }, xml);
}

/** The reply of `ListVirtualMFADevices` with that of root, if it has one. */
export function withRootDevice(xml: string, { id, root }: AccountState): string {
  if (root.mfa !== "virtual") return xml;
  const device = `<member><SerialNumber>arn:aws:iam::${id}:mfa/root-account-mfa-device</SerialNumber><User><Path>/</Path><UserName/><UserId>${id}</UserId><Arn>arn:aws:iam::${id}:root</Arn><CreateDate>2015-01-01T00:00:00Z</CreateDate></User><EnableDate>2015-01-01T00:00:00Z</EnableDate></member>`;
  return withElement(xml, "VirtualMFADevices", device + (element(xml, "VirtualMFADevices") ?? ""));
}

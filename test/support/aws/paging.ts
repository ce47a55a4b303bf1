import type { Call } from "./call.ts";
import { element, members, withElement } from "./xml.ts";

/** The lists of each paged reply of IAM; moto gives them whole. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  GetAccountAuthorizationDetails: ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"],
  ListUsers: ["Users"],
  ListAccessKeys: ["AccessKeyMetadata"],
  ListMFADevices: ["MFADevices"],
  ListVirtualMFADevices: ["VirtualMFADevices"],
  ListSSHPublicKeys: ["SSHPublicKeys"],
  ListSigningCertificates: ["Certificates"],
  ListServerCertificates: ["ServerCertificateMetadataList"],
  ListServiceSpecificCredentials: ["ServiceSpecificCredentials"],
  ListUserTags: ["Tags"],
};

/** The page of a reply that the call asks for: `MaxItems`, but no more than `most`, from `Marker` on. */
export function paged({ action, parameters }: Call, xml: string, most: number): string {
  const lists = LISTS[action];
  if (lists === undefined) return xml;
  const from = Number(parameters.Marker ?? 0);
  const to = from + Math.min(Number(parameters.MaxItems ?? 100), most);
  let seen = 0;
  let page = xml;
  for (const list of lists) {
    const all = members(element(xml, list) ?? "");
    const kept = all.filter((_, index) => seen + index >= from && seen + index < to);
    seen += all.length;
    page = withElement(page, list, kept.join(""));
  }
  const truncated = seen > to;
  const end = `<IsTruncated>${truncated}</IsTruncated>${truncated ? `<Marker>${to}</Marker>` : ""}`;
  return page
    .replace(/<IsTruncated>\w+<\/IsTruncated>|<Marker>[^<]*<\/Marker>/g, "")
    .replace(`</${action}Result>`, `${end}</${action}Result>`);
}

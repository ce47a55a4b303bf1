import type { IncomingHttpHeaders } from "node:http";
import { type Call, jsonResult, type Reply, refusal } from "./call.ts";
import type { OrganizationState, State } from "./state.ts";
import type { Upstream } from "./upstream.ts";

/** AWS gives twenty accounts a page, whatever is asked for. */
const LARGEST_PAGE = 20;

/** Organizations as AWS has it: read by whom it may be, in pages, accounts with a state. */
export async function organizationsAnswer(
  call: Call,
  caller: string,
  state: State,
  upstream: Upstream,
  pageSize: number,
): Promise<Reply> {
  const { organization } = state;
  const isList = /^List(?:Accounts|AccountsForParent|OrganizationalUnitsForParent)$/.test(call.action);
  if (isList && organization?.readers.has(caller) === false) {
    return refusal(call, 400, "AccessDeniedException", "You don't have permissions to access this resource.");
  }
  const parameters: Record<string, unknown> = { ...call.json };
  if (call.action === "ListAccounts" && organization?.firstPageEmpty === true) {
    if (parameters.NextToken === undefined) return jsonResult({ Accounts: [], NextToken: "after-empty" });
    if (parameters.NextToken === "after-empty") delete parameters.NextToken;
  }
  const listsAccounts = call.action.startsWith("ListAccounts");
  const asked = listsAccounts
    ? JSON.stringify({ ...parameters, MaxResults: Math.min(pageSize, LARGEST_PAGE) })
    : call.body;
  const reply = await upstream.ask(asManagementAccount(call, organization), asked);
  if (reply.status >= 300) return reply;
  if (call.action === "CreateOrganization") {
    state.organization = {
      managementKeyId: call.accessKeyId,
      managementAccount: caller,
      readers: new Set([caller]),
      states: new Map(),
      firstPageEmpty: false,
    };
  }
  return listsAccounts ? { ...reply, body: withStates(reply.body, organization) } : reply;
}

/** Moto answers the management account alone. */
function asManagementAccount(call: Call, organization: OrganizationState | null): IncomingHttpHeaders {
  const authorization = String(call.headers.authorization).replace(
    /Credential=[^/]+/,
    `Credential=${organization?.managementKeyId ?? call.accessKeyId}`,
  );
  return { ...call.headers, authorization };
}

/** `State` as a test wants it; `Status` is no more since 9 September 2026. */
function withStates(body: string, organization: OrganizationState | null): string {
  const page = JSON.parse(body) as { Accounts: { Id: string; State?: string; Status?: string }[] };
  const Accounts = page.Accounts.map(({ Status, ...account }) => ({
    ...account,
    State: organization?.states.get(account.Id) ?? account.State ?? Status,
  }));
  return JSON.stringify({ ...page, Accounts });
}

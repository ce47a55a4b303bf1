import type { AccountId } from "../../../model/access-key-id.ts";

/** What an account is called: `ID` or `ID (NAME)`. */
export type NameOf = (id: AccountId) => string;

/** The id, and below it the account's name. */
export function accountCell(id: AccountId, nameOf: NameOf): readonly [string, string] {
  const text = nameOf(id);
  return [id, text.startsWith(`${id} (`) ? text.slice(id.length + 2, -1) : ""];
}

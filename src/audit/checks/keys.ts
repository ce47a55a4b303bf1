import type { AccessKey } from "../../model/iam-user.ts";
import type { AuditedUser } from "../inventory.ts";

/** Every active key with its user's name. */
export function activeKeys(users: readonly AuditedUser[]): { userName: string; key: AccessKey }[] {
  return users.flatMap(({ userName, keys }) =>
    keys.filter(({ status }) => status === "Active").map((key) => ({ userName, key })),
  );
}

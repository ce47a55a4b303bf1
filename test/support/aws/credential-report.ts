import type { AccountState, RootUser, State } from "./state.ts";

type Row = Record<string, string>;

/**
 * A credential report as IAM makes it, from moto's: with a row for root, and with what the gateway knows of keys and passwords.
 * @param content the CSV of moto.
 */
export function realReport(content: string, account: AccountState, state: State, now: number, lagMs: number): string {
  const [heading = "", ...lines] = content.trim().split("\n");
  const columns = heading.split(",");
  const rows = lines.map((line) => {
    const cells = line.split(",");
    const row: Row = Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""]));
    return { ...row, ...passwordColumns(row, account), ...keyColumns(row, account, state, now, lagMs) };
  });
  const all = [rootRow(columns, account), ...rows];
  return [heading, ...all.map((row) => columns.map((name) => row[name] ?? "").join(","))].join("\n");
}

function passwordColumns(row: Row, account: AccountState): Row {
  const usedAt = account.passwordLastUsedAt.get(row.user ?? "");
  if (row.password_enabled !== "true") return { password_last_used: "N/A", password_last_changed: "N/A" };
  return { password_last_used: usedAt === undefined ? "no_information" : reportTime(usedAt) };
}

function keyColumns(row: Row, account: AccountState, state: State, now: number, lagMs: number): Row {
  const keys = state.keys.of(account.id, row.user ?? "").sort((a, b) => a.createdAt - b.createdAt);
  return Object.fromEntries(
    [0, 1].flatMap((slot) => {
      const key = keys[slot];
      const prefix = `access_key_${slot + 1}`;
      const use = key?.lastUse(now, lagMs) ?? null;
      return [
        [`${prefix}_active`, String(key?.active ?? false)],
        [`${prefix}_last_rotated`, key === undefined ? "N/A" : reportTime(key.createdAt)],
        [`${prefix}_last_used_date`, use === null ? "N/A" : reportTime(use.at)],
        [`${prefix}_last_used_region`, use?.region ?? "N/A"],
        [`${prefix}_last_used_service`, use?.service ?? "N/A"],
      ];
    }),
  );
}

function rootRow(columns: readonly string[], { id, root }: AccountState): Row {
  const row: Row = Object.fromEntries(columns.map((name) => [name, "N/A"]));
  return {
    ...row,
    user: "<root_account>",
    arn: `arn:aws:iam::${id}:root`,
    user_creation_time: "2015-01-01T00:00:00+00:00",
    password_enabled: "not_supported",
    password_last_used: time(root.passwordLastUsedAt, "no_information"),
    password_last_changed: "not_supported",
    password_next_rotation: "not_supported",
    mfa_active: String(root.mfa !== "none"),
    ...keyOfRoot(root, 0),
    ...keyOfRoot(root, 1),
    cert_1_active: String(root.certificate),
    cert_2_active: "false",
  };
}

function keyOfRoot(root: RootUser, slot: 0 | 1): Row {
  const present = root.keys > slot;
  return {
    [`access_key_${slot + 1}_active`]: String(present),
    [`access_key_${slot + 1}_last_rotated`]: present ? "2016-01-01T00:00:00+00:00" : "N/A",
    [`access_key_${slot + 1}_last_used_date`]: time(root.keysLastUsedAt[slot], "N/A"),
  };
}

function time(at: number | null, otherwise: string): string {
  return at === null ? otherwise : reportTime(at);
}

/** `2026-11-21T06:56:18+00:00` */
function reportTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "+00:00");
}

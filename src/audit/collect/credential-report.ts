/** What a credential report says of one user, or of root. Times are ISO 8601, UTC. */
export interface ReportRow {
  /** `<root_account>` for root. */
  readonly userName: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly hasPassword: boolean;
  readonly passwordLastUsedAt: string | null;
  readonly mfaActive: boolean;
  readonly keys: readonly ReportKey[];
  /** How many signing certificates are active. */
  readonly activeCertificates: number;
}

/** A key that is there, active or not. */
export interface ReportKey {
  readonly active: boolean;
  readonly createdAt: string | null;
  readonly lastUsedAt: string | null;
}

export const ROOT = "<root_account>";

/**
 * Reads the CSV that IAM gives. Columns are taken by their names: IAM has added some over the years. A user's name may hold commas: a row that does
 * not fit is left out rather than taken for somebody else's, so that IAM itself is asked about that user.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export function parseCredentialReport(content: string): ReportRow[] {
  const [heading = "", ...lines] = content.split(/\r?\n/);
  const columns = cellsOf(heading);
  return lines.flatMap((line) => {
    const cells = cellsOf(line);
    if (cells.length !== columns.length) return [];
    return [rowOf(new Map(columns.map((name, index) => [name, cells[index] ?? ""])))];
  });
}

/** With the quotes taken off those that have them. */
function cellsOf(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))/g), ([, quoted, plain = ""]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}

function rowOf(cells: ReadonlyMap<string, string>): ReportRow {
  const cell = (name: string): string => cells.get(name) ?? "";
  return {
    userName: cell("user"),
    arn: cell("arn"),
    createdAt: time(cell("user_creation_time")) ?? new Date(0).toISOString(),
    hasPassword: cell("password_enabled").toLowerCase() === "true",
    passwordLastUsedAt: time(cell("password_last_used")),
    mfaActive: cell("mfa_active").toLowerCase() === "true",
    keys: [1, 2].flatMap((slot) => {
      const active = cell(`access_key_${slot}_active`).toLowerCase() === "true";
      const createdAt = time(cell(`access_key_${slot}_last_rotated`));
      const lastUsedAt = time(cell(`access_key_${slot}_last_used_date`));
      return active || createdAt !== null ? [{ active, createdAt, lastUsedAt }] : [];
    }),
    activeCertificates: [1, 2].filter((slot) => cell(`cert_${slot}_active`).toLowerCase() === "true").length,
  };
}

/** `N/A`, `no_information` and `not_supported` are no times. */
function time(text: string): string | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

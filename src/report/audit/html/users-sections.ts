import type { AuditReport } from "../../../model/audit-report.ts";
import { daysBetween } from "../../html/age-counts.ts";
import { keyAgeChart } from "../../html/charts/key-age.ts";
import { mfaChart } from "../../html/charts/mfa.ts";
import type { Section } from "../../html/document.ts";
import { neverUsedGrid } from "../../html/never-used.ts";
import type { GridRow } from "../../html/page-data.ts";
import { sectionBody } from "../../html/parts.ts";
import type { UserFigures } from "../../html/user-figures.ts";
import { plural } from "../../summary-text.ts";
import { accountCell, type NameOf } from "./account-name.ts";

/** How old the keys are that work. */
export function keysSection(figures: UserFigures, nameOf: NameOf): Section | null {
  const chart = keyAgeChart(figures.ages(nameOf), "Age of active access keys");
  if (chart === null) return null;
  const { inactiveKeys } = figures;
  return {
    id: "keys",
    title: "Access keys",
    ...(inactiveKeys === 0 ? {} : { intro: `Without ${plural(inactiveKeys, "inactive key")}.` }),
    body: [chart],
  };
}

/** Who signs in with what. */
export function mfaSection(figures: UserFigures, nameOf: NameOf): Section | null {
  const chart = mfaChart(figures.mfa(nameOf));
  return chart === null ? null : { id: "mfa", title: "MFA", body: [chart] };
}

/** Keys that can mostly go at once. */
export function neverUsedSection(report: AuditReport, { neverUsedKeys }: UserFigures, nameOf: NameOf): Section | null {
  if (neverUsedKeys === 0) return null;
  const filters = [{ kind: "select", label: "Status", column: 3 }] as const;
  const grid = neverUsedGrid(neverUsedRows(report, nameOf), { filters });
  return {
    id: "never-used",
    title: "Keys never used",
    intro: "As far as IAM knows; it tells of a use some hours late. Such a key can mostly be deleted at once.",
    body: sectionBody([{ grid }]),
  };
}

function* neverUsedRows({ users, finishedAt }: AuditReport, nameOf: NameOf): Generator<GridRow> {
  for (const { userName, accountId, keys } of users) {
    for (const { accessKeyId, status, createdAt, lastUsedAt } of keys) {
      if (lastUsedAt !== null) continue;
      const days = daysBetween(createdAt, finishedAt);
      yield {
        cells: [accessKeyId, userName, accountCell(accountId, nameOf), status, createdAt.slice(0, 10), days],
      };
    }
  }
}

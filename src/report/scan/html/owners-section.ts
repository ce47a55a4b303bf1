import type { UnidentifiedKey } from "../../../model/key-identification.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { AgeCounts, daysBetween } from "../../html/age-counts.ts";
import { keyAgeChart } from "../../html/charts/key-age.ts";
import type { Section } from "../../html/document.ts";
import { neverUsedGrid } from "../../html/never-used.ts";
import type { GridRow } from "../../html/page-data.ts";
import { sectionBody, type TitledGrid } from "../../html/parts.ts";

/** Leads from a key to its finding. */
const BY_FINDING = { columns: [{ title: "Fingerprint", kind: "text", hidden: true }] } as const;

/** What an audit knows of the found keys: null where it knows none. */
export function ownersSection({ findings, finishedAt, identification }: ScanReport): Section | null {
  const ages = new AgeCounts();
  const neverUsed: GridRow[] = [];
  for (const { fingerprint, accessKeyId, owner } of findings) {
    if (owner === null) continue;
    const days = daysBetween(owner.createdAt, finishedAt);
    if (owner.status === "Active") ages.add(owner.accountId, days);
    if (owner.lastUsedAt === null) {
      const made = owner.createdAt.slice(0, 10);
      neverUsed.push({
        cells: [accessKeyId, owner.userName, owner.accountId, owner.status, made, days, fingerprint],
      });
    }
  }
  const chart = keyAgeChart(ages.accounts(), "Age of the active keys that were found");
  const unidentified = identification?.unidentified ?? [];
  const parts = [
    chart,
    neverUsed.length === 0 ? null : { title: "Never used", grid: neverUsedGrid(neverUsed, BY_FINDING) },
    unidentified.length === 0 ? null : unidentifiedGrid(unidentified),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return {
    id: "owners",
    title: "Whose keys they are",
    intro: "As far as AWS was asked, or an audit has seen the users that the found keys belong to.",
    body: sectionBody(parts),
  };
}

function unidentifiedGrid(keys: readonly UnidentifiedKey[]): TitledGrid {
  return {
    title: "Not identified",
    grid: {
      id: "unidentified",
      head: {
        noun: ["unidentified key", "unidentified keys"],
        columns: [
          { title: "Access key", kind: "code" },
          { title: "Account", kind: "word", wide: true },
          { title: "Why", kind: "text", beside: "code" },
        ],
        filters: [{ kind: "select", label: "Account", column: 1 }],
      },
      rows: keys.map(({ accessKeyId, accountId, reason, permission }) => ({
        cells: [accessKeyId, accountId, permission === null ? reason : [reason, `missing: ${permission}`]],
      })),
    },
  };
}

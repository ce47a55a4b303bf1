import { SEVERITIES } from "../../model/severity.ts";
import { bytesText, grouped, plural } from "../../report/summary-text.ts";
import { AGE_BOUNDS } from "../figures.ts";
import { fitted, glyphsOf, type Look, shown, truncated } from "../look.ts";
import type { Part } from "../message.ts";
import { awaitsStatus, bodyHeight, type State } from "../state.ts";
import { agoText } from "../time-text.ts";
import { BLANK, type Line, line, type Span, type Tone } from "./line.ts";
import { whereToBegin } from "./where-to-begin.ts";

const LABEL = 30;
/** Up to a million, apart from its label. */
const FIGURE = 8;
/** Narrower screens have one column of figures. */
const TWO_COLUMNS = 80;

/** How exposed are we: what a person should know who looks for three seconds. */
export function overviewLines(state: State): Line[] {
  const { look } = state;
  const left = [...exposure(state), BLANK, ...severities(state)];
  const right = [...ages(state), BLANK, ...trend(state)];
  const isWide = state.columns >= TWO_COLUMNS && !look.screenReader;
  const middle = isWide ? beside(left, right, leftWidth(state), look) : [...left, BLANK, ...right];
  const lines = [...sources(state), BLANK, ...middle];
  return [...lines, ...whereToBegin(state, bodyHeight(state) - lines.length)];
}

/** Of two columns, so that what belongs together stays together on the widest screen. */
function leftWidth({ columns }: Pick<State, "columns">): number {
  return Math.min(64, Math.floor(columns / 2));
}

/** How old all this is: nobody should take yesterday's for today's. */
function sources(state: State): Line[] {
  const { look, scan, audit, now, columns, unread, unreadable, problems } = state;
  const { ellipsis, separator } = glyphsOf(look);
  const fit = (text: string): string => truncated(shown(text, look), columns - 12, ellipsis);
  const row = (label: string, text: string, tone: Tone = "plain"): Line =>
    line({ text: `  ${label.padEnd(7)}`, tone: "dim" }, { text: fit(text), tone });
  const missing = (part: Part, label: string, text: string): Line => {
    const why = unreadable[part];
    if (why !== null) return row(label, why, "bad");
    return unread.includes(part) ? row(label, `reading what is remembered${ellipsis}`, "dim") : row(label, text);
  };
  const told =
    scan === null
      ? ""
      : `${agoText(scan.finishedAt, now)} ${separator} ${plural(scan.files, "file")}, ${bytesText(scan.bytes)} ${separator} ${scan.scope}`;
  const scanned =
    problems.scan !== null
      ? [
          row("Scan", `failed: ${problems.scan}`, "bad"),
          ...(told === "" ? [] : [row("", `before that: ${told}`, "dim")]),
        ]
      : [scan === null ? missing("scan", "Scan", "nothing was scanned yet: r scans") : row("Scan", told)];
  const failedAudit = problems.audit === null ? state.awsProblem : `failed: ${problems.audit}`;
  const audited =
    audit === null
      ? [missing("audit", "Audit", failedAudit ?? "no account was audited yet: A audits")]
      : [
          row("Audit", `${agoText(audit.finishedAt, now)} ${separator} ${plural(audit.accounts, "account")}`),
          ...(failedAudit === null ? [] : [row("", failedAudit, "bad")]),
        ];
  const gaps: Line[] = [];
  if (scan !== null && !scan.complete)
    gaps.push(
      line({
        text: `         ${plural(scan.failures, "thing")} could not be read: what lies there is not known`,
        tone: "medium",
      }),
    );
  if (audit !== null && audit.accountsWithErrors > 0)
    gaps.push(
      line({
        text: `         ${plural(audit.accountsWithErrors, "account")} could not be audited wholly`,
        tone: "medium",
      }),
    );
  return [...scanned, ...audited, ...gaps];
}

function exposure(state: State): Line[] {
  const { look, figures, columns, unread, scan, audit } = state;
  const { liveOnDisk, oldest, withoutMfa, activeKeys, users, underWay, due, stuck } = figures;
  const { ellipsis } = glyphsOf(look);
  const room = (columns >= TWO_COLUMNS ? leftWidth(state) : columns) - LABEL - FIGURE - 4;
  // What nobody has looked at is not nought.
  const missing: Readonly<Record<Part, string | null>> = {
    scan: unread.includes("scan") || scan === null ? missingMark(state, "scan") : null,
    audit: unread.includes("audit") || audit === null ? missingMark(state, "audit") : null,
    rotations:
      unread.includes("rotations") || state.problems.status !== null
        ? missingMark(state, "rotations")
        : awaitsStatus(state)
          ? ellipsis
          : null,
  };
  const row = (of: Part, label: string, value: number | string, tone: Tone, more = ""): Line =>
    line(
      `  ${label.padEnd(LABEL)}`,
      missing[of] === null
        ? { text: (typeof value === "number" ? grouped(value) : value).padStart(FIGURE), tone }
        : { text: missing[of].padStart(FIGURE), tone: "dim" },
      {
        text: more === "" || room < 6 || missing[of] !== null ? "" : `  ${truncated(more, room, ellipsis)}`,
        tone: "dim",
      },
    );
  return [
    line({ text: "  How exposed are we", tone: "title" }),
    row("scan", "Keys on disk with their secret", liveOnDisk, liveOnDisk > 0 ? "high" : "good"),
    row("audit", "Active keys of IAM users", activeKeys, "plain", `among ${plural(users, "user")}`),
    oldest === null
      ? row("audit", "Oldest active key", "none", "plain")
      : row(
          "audit",
          "Oldest active key, in days",
          oldest.days,
          oldest.days > 365 ? "high" : oldest.days > 90 ? "medium" : "good",
          shown(oldest.userName, look),
        ),
    row("audit", "Users with a password, no MFA", withoutMfa, withoutMfa > 0 ? "high" : "good"),
    row("rotations", "Rotations due", due, due > 0 ? "medium" : "good", underWay > 0 ? `${underWay} under way` : ""),
    row("rotations", "Rotations that need a person", stuck, stuck > 0 ? "high" : "good"),
  ];
}

/** What stands where a number is not known: whether it is being read, or nobody knows it. */
function missingMark({ unread, unreadable, look }: State, ...parts: readonly Part[]): string {
  const { ellipsis, unknown } = glyphsOf(look);
  return parts.some((part) => unread.includes(part) && unreadable[part] === null) ? ellipsis : unknown;
}

function severities(state: State): Line[] {
  const { figures, unread, scan, audit, justSeen, look } = state;
  const isRead = !unread.includes("scan") && !unread.includes("audit");
  const isKnown = isRead && (scan !== null || audit !== null || justSeen.length > 0);
  const missing = missingMark(state, "scan", "audit");
  const most = Math.max(1, ...SEVERITIES.map((severity) => figures.bySeverity[severity]));
  return [
    line(
      { text: "  Findings", tone: "title" },
      { text: figures.allowed > 0 ? `  and ${figures.allowed} allowed` : "", tone: "dim" },
    ),
    ...SEVERITIES.map((severity) =>
      bar(severity, isKnown ? figures.bySeverity[severity] : missing, most, severity, look),
    ),
  ];
}

const BAR = 14;

/** @param count a mark, where nobody knows yet: that is not nought. */
function bar(label: string, count: number | string, most: number, tone: Tone, look: Look): Line {
  if (typeof count === "string") return line(`  ${label.padEnd(10)}`, { text: count.padStart(7), tone: "dim" });
  const length = count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR));
  const drawn = look.screenReader ? "" : glyphsOf(look).full.repeat(length);
  return line(`  ${label.padEnd(10)}`, { text: grouped(count).padStart(7) }, "  ", { text: drawn, tone });
}

const AGE_LABELS = [
  ...AGE_BOUNDS.map((days, at) => `${at === 0 ? 0 : (AGE_BOUNDS[at - 1] ?? 0) + 1}-${days} d`),
  "older",
];
const AGE_TONES: readonly Tone[] = ["good", "good", "medium", "medium", "high"];

function ages(state: State): Line[] {
  const { figures, unread, audit, look } = state;
  const missing = missingMark(state, "audit");
  const isKnown = !unread.includes("audit") && audit !== null;
  const most = Math.max(1, ...figures.ages);
  return [
    line({ text: "  Ages of active keys", tone: "title" }),
    ...figures.ages.map((count, at) =>
      bar(AGE_LABELS[at] ?? "", isKnown ? count : missing, most, AGE_TONES[at] ?? "plain", look),
    ),
  ];
}

/** One bar a run, the last on the right. */
function trend({ trend: points, columns, look }: State): Line[] {
  const { bars } = glyphsOf(look);
  if (points.length < 2) return [];
  const shownPoints = points.slice(-Math.min(48, Math.floor(columns / 2) - 6));
  const most = Math.max(1, ...shownPoints.map(({ total }) => total));
  const spans: Span[] = shownPoints.map(({ total, severe }) => ({
    text: bars[Math.min(bars.length - 1, Math.floor((total / most) * (bars.length - 1) + 0.5))] ?? "",
    tone: severe > 0 ? "high" : total > 0 ? "medium" : "good",
  }));
  const [first] = shownPoints;
  const last = shownPoints.at(-1);
  const about = `  ${first?.at.slice(0, 10) ?? ""} ${grouped(first?.total ?? 0)} ${glyphsOf(look).arrow} ${last?.at.slice(0, 10) ?? ""} ${grouped(last?.total ?? 0)}`;
  return [
    line({ text: `  Findings of the last ${shownPoints.length} scans`, tone: "title" }),
    ...(look.screenReader ? [] : [line("  ", ...spans)]),
    line({ text: about, tone: "dim" }),
  ];
}

function beside(left: readonly Line[], right: readonly Line[], width: number, look: Look): Line[] {
  const { ellipsis } = glyphsOf(look);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const spans = [...(left[at]?.spans ?? [])];
    const text = spans.map((span) => span.text).join("");
    const blanks = fitted(text, width, ellipsis).slice(text.length);
    return { spans: [...spans, { text: blanks }, ...(right[at]?.spans ?? [])] };
  });
}

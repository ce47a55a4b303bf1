import { Box } from "ink";
import type { ReactElement } from "react";
import { glyphsOf, shown } from "../look.ts";
import type { Part } from "../message.ts";
import {
  awaitsStatus,
  bodyHeight,
  detailWidth,
  isSideBySide,
  KINDS,
  type State,
  type TableName,
  tableHeight,
} from "../state.ts";
import type { Table, TableKind } from "../table.ts";
import { detailLines, shownDetail } from "./detail.ts";
import { type Line, line } from "./line.ts";
import { Lines } from "./lines.tsx";
import { scrolled } from "./scrolled.ts";
import { countLine, tableLines } from "./table-lines.ts";

/** What the rows of a table are read from. */
const READ_FROM: Readonly<Record<TableName, readonly Part[]>> = {
  findings: ["scan", "audit"],
  users: ["audit"],
  rotations: ["rotations"],
  log: [],
};

/** What stands where there are no rows. */
function emptyText(state: State, name: TableName): readonly string[] {
  const { unread, unreadable, problems, awsProblem } = state;
  const why = READ_FROM[name].map((part) => unreadable[part]).filter((text) => text !== null);
  if (why.length > 0) return why;
  if (name === "rotations" && problems.status !== null)
    return ["Which rotations are configured is not known:", problems.status, "keysweep doctor says more."];
  if (READ_FROM[name].some((part) => unread.includes(part))) return ["Reading what is remembered."];
  if (name === "rotations" && awaitsStatus(state)) return ["Reading which rotations are configured."];
  if (name === "findings") return noFindings(state);
  if (name === "users" && isUnderWay(state, "audit")) return ["The account is being audited."];
  return name === "users" && awsProblem !== null ? ["No user is known.", awsProblem, DOCTOR] : EMPTY[name];
}

/** What was looked at, and what may still bring findings. */
function noFindings(state: State): readonly string[] {
  const { scan, audit } = state;
  const running = [
    ...(isUnderWay(state, "scan") ? ["The scan is under way: what it finds is shown as it is found."] : []),
    ...(isUnderWay(state, "audit") ? ["The audit is under way: what it finds is shown at its end."] : []),
  ];
  const missing = [
    ...(scan === null && !isUnderWay(state, "scan") ? ["Nothing was scanned yet: r scans."] : []),
    ...(audit === null && !isUnderWay(state, "audit") ? ["No account was audited yet: A audits."] : []),
  ];
  return [...(scan === null && audit === null ? [] : EMPTY.findings), ...running, ...missing];
}

function isUnderWay({ jobs }: State, purpose: "scan" | "audit"): boolean {
  return jobs.some(({ request }) => request.purpose === purpose);
}

const DOCTOR = "keysweep doctor says what is configured, reachable and permitted.";

const EMPTY: Readonly<Record<TableName, readonly string[]>> = {
  findings: ["Nothing was found."],
  users: ["No user is known: A audits the account.", DOCTOR],
  rotations: ["No rotation is configured. docs/configuration.md says how one is."],
  log: ["Nothing has happened yet."],
};

/** A table, with the detail of what is selected beside it where there is room, else in its place once it is asked for. */
export function TableView({ state, name }: { readonly state: State; readonly name: TableName }): ReactElement {
  const { look, home } = state;
  const height = bodyHeight(state);
  const kind = KINDS[name] as unknown as TableKind<unknown>;
  const table = state.tables[name] as unknown as Table<unknown>;
  if (look.screenReader)
    return <Lines lines={spokenLines(state, kind, table, name)} look={look} width={state.columns} />;
  const beside = isSideBySide(state);
  if (state.detail && !beside) {
    return (
      <Lines
        lines={scrolled(shownDetail(state) ?? [], state.scroll, height, look).map(indented)}
        look={look}
        width={state.columns}
        height={height}
      />
    );
  }
  const width = beside ? state.columns - detailWidth(state) - DIVIDER : state.columns;
  const lines = tableLines(kind, table, look, {
    width,
    height: tableHeight(state),
    home,
    beside,
    empty: emptyText(state, name),
  });
  const shownTable = (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} look={look} width={width} height={height - 1} />
      <Lines lines={[countLine(kind, table, look, state.filtering, width)]} look={look} width={width} />
    </Box>
  );
  if (!beside) return shownTable;
  const { divider, heldDivider } = glyphsOf(look);
  // Where the arrows go.
  const mark = state.detail
    ? ({ text: ` ${heldDivider}`, tone: "accent" } as const)
    : ({ text: ` ${divider}`, tone: "dim" } as const);
  const detail = shownDetail(state) ?? [line({ text: "Nothing is selected.", tone: "dim" })];
  return (
    <Box height={height}>
      {shownTable}
      <Box width={DIVIDER}>
        <Lines lines={Array.from({ length: height }, () => line(mark))} look={look} width={DIVIDER} height={height} />
      </Box>
      <Box width={detailWidth(state)}>
        <Lines
          lines={scrolled(detail, state.scroll, height, look, state.detail ? "" : " (Enter, then the arrows)")}
          look={look}
          width={detailWidth(state)}
          height={height}
        />
      </Box>
    </Box>
  );
}

/** Columns between a table and its detail: a line, and a blank on both sides. */
const DIVIDER = 3;

function indented({ spans }: Line): Line {
  return { spans: [{ text: "  " }, ...spans] };
}

/** The selected row in words: a table that is read aloud from its top at every key helps nobody. */
function spokenLines(state: State, kind: TableKind<unknown>, table: Table<unknown>, name: TableName): Line[] {
  const { look } = state;
  const at = table.lines[table.cursor];
  const count = countLine(kind, table, look, state.filtering, state.columns);
  if (at === undefined) return [...emptyText(state, name).map((text) => line(text)), count];
  if (typeof at !== "number")
    return [line(`Group ${shown(at.label, look)}, ${at.count} rows, ${at.closed ? "closed" : "open"}`), count];
  const row = table.rows[at];
  const cells =
    row === undefined ? [] : kind.columns.map((column) => `${column.title} ${shown(column.text(row), look) || "none"}`);
  const detail = state.detail ? (detailLines(state, state.columns) ?? []) : [];
  return [line(cells.join(", ")), count, ...detail];
}

import { bytesText, grouped, plural } from "../../report/summary-text.ts";
import { acts } from "../acts.ts";
import { fitted, glyphsOf, type Look, shown, truncated, widthOf, wrapped } from "../look.ts";
import {
  type Job,
  KINDS,
  type Notice,
  noticeOf,
  type State,
  statusHeight,
  type TableName,
  tableOf,
  VIEWS,
} from "../state.ts";
import { spanText } from "../time-text.ts";
import { type Line, line, type Span } from "./line.tsx";

/** The first line: where we are, and what goes on. */
export function headLine(state: State, look: Look): Line {
  if (look.screenReader)
    return line(`keysweep, ${state.view}, view ${VIEWS.indexOf(state.view) + 1} of ${VIEWS.length}`);
  const tabs: Span[] = VIEWS.map((view, at) => {
    const label = state.columns < 70 ? view.slice(0, 4) : `${view.charAt(0).toUpperCase()}${view.slice(1)}`;
    return view === state.view
      ? { text: `[${at + 1} ${label}]`, tone: "accent" }
      : { text: ` ${at + 1} ${label} `, tone: "dim" };
  });
  return line({ text: " keysweep ", tone: "bold" }, ...tabs);
}

export function ruleLine({ columns }: Pick<State, "columns">, look: Look): Line {
  return line({ text: look.screenReader ? "" : glyphsOf(look).rule.repeat(columns), tone: "dim" });
}

/** What runs, how far it is, how long it takes; else what was said last. */
export function statusLines(state: State, look: Look): Line[] {
  const notice = noticeOf(state);
  return notice === null ? jobsLines(state, look) : noticeLines(notice, state, look);
}

function noticeLines({ text, tone }: Notice, state: State, look: Look): Line[] {
  if (look.screenReader) return [line({ text: shown(text, look), tone })];
  const most = statusHeight(state);
  const width = state.columns - 2;
  const lines = wrapped(shown(text, look), width);
  const last = truncated(lines.slice(most - 1).join(" "), width, glyphsOf(look).ellipsis);
  return [...lines.slice(0, most - 1), last].map((one) => line({ text: ` ${one}`, tone }));
}

/** A line for each, where there is room for them. */
function jobsLines(state: State, look: Look): Line[] {
  const { columns, jobs } = state;
  const { ellipsis } = glyphsOf(look);
  if (jobs.length === 0) return [line({ text: look.screenReader ? "" : " nothing runs", tone: "dim" })];
  // A line that changes all the time is read aloud all the time.
  if (look.screenReader) return [line(jobs.map(({ request }) => jobName(request)).join(", "))];
  const spinner = spinnerOf(state, look);
  const room = columns - widthOf(spinner) - 2;
  const most = statusHeight(state);
  const texts = jobs.map((job) => shown(jobText(state, job, look, room), look));
  const lines = [...texts.slice(0, most - 1), texts.slice(most - 1).join("  ")];
  return lines.map((text) =>
    line({ text: ` ${spinner}`, tone: "accent" }, { text: ` ${truncated(text, room, ellipsis)}` }),
  );
}

function spinnerOf({ now }: State, look: Look): string {
  const { spinner } = glyphsOf(look);
  return spinner[Math.floor(now / 250) % spinner.length] ?? "";
}

/** `scanning 12,345 files, 3.4 GB (120 MB/s), 3 found · about 2 min left` */
function jobText({ now, scan }: Pick<State, "now" | "scan">, job: Job, look: Look, room: number): string {
  const { separator } = glyphsOf(look);
  const { request, progress, startedAt } = job;
  const tookMs = Math.max(1, now - startedAt);
  if (progress === null) return `${jobName(request)} (${spanText(tookMs)})`;
  if (progress.kind === "audit") {
    const left =
      progress.accounts === 0
        ? ""
        : ` ${separator} about ${spanText((tookMs / progress.accounts) * (progress.of - progress.accounts))} left`;
    return `auditing ${progress.accounts} of ${plural(progress.of, "account")}, ${plural(progress.users, "user")}${progress.accounts < progress.of ? left : ""}`;
  }
  const { files, bytes, objects, credentials } = progress;
  const rate = `${bytesText((bytes / tookMs) * 1000)}/s`;
  const share = scan === null || scan.bytes === 0 ? null : bytes / scan.bytes;
  // What was read the last time is the best guess at what there is to read.
  const left =
    share === null || share < 0.02 || share >= 1
      ? ""
      : ` ${separator} about ${spanText((tookMs / share) * (1 - share))} left`;
  const history = objects > 0 ? `, ${grouped(objects)} objects of histories` : "";
  const text = (of: string): string =>
    `scanning ${plural(files, "file")}, ${bytesText(bytes)} (${rate})${of}, ${grouped(credentials)} found${left}`;
  // How long it still takes is asked more than what of it is history.
  return text(history).length <= room ? text(history) : text("");
}

function jobName({ purpose, about }: Job["request"]): string {
  return about === undefined ? WORDS[purpose] : `${WORDS[purpose]} ${about}`;
}

const WORDS: Readonly<Record<Job["request"]["purpose"], string>> = {
  scan: "scanning",
  audit: "auditing",
  identify: "asking AWS about",
  status: "reading rotations",
  plan: "planning",
  rotate: "rotating",
  command: "working on",
  allow: "allowing",
  export: "writing",
};

type Pair = readonly [key: string, label: string];

/** The keys that mean something now. */
export function keysLine(state: State, look: Look): Line {
  const isOpen = state.dialog === null && !state.help && !state.filtering;
  const tail: readonly Pair[] = isOpen
    ? [
        ["?", "help"],
        ["q", "quit"],
      ]
    : [];
  return line(...fittingPairs(pairsOf(state, look), tail, state.columns, glyphsOf(look).ellipsis));
}

function pairsOf(state: State, look: Look): readonly Pair[] {
  const { dialog, columns } = state;
  if (dialog !== null) {
    const answer = dialog.fields.length > 0 || dialog.answer.kind !== "close" ? "go on" : "close";
    return [["Enter", answer], ["Esc", "leave"], ...(dialog.fields.length > 1 ? [["Tab", "next line"] as const] : [])];
  }
  if (state.help) return [["any key", "back"]];
  if (state.filtering)
    return [
      ["Enter", "keep"],
      ["Esc", "show all"],
    ];
  const cancel: readonly Pair[] = state.jobs.length > 0 ? [["x", "cancel"]] : [];
  const table = tableOf(state);
  if (table === null) return [["r", "scan"], ["A", "audit"], ...cancel, ["w", "report"], ["Tab", "next view"]];
  const can = acts(state)
    .filter(({ refused }) => refused === null)
    .map(({ key, label, brief }): Pair => [key, columns < NARROW ? brief : label]);
  const { up, down } = glyphsOf(look);
  if (state.detail) return [["Esc", "back"], [`${up}${down}`, "scroll"], ...cancel, ...can];
  return [...tablePairs(state, table), ...cancel, ...can, ...arrangingPairs(state, table)];
}

function tablePairs({ tables }: State, name: TableName): readonly Pair[] {
  const { lines, cursor, filter } = tables[name];
  const at = lines[cursor];
  const filtering: readonly Pair[] = filter === "" ? [] : [["Esc", "show all"]];
  if (at === undefined) return [...filtering, ["r", "scan"], ["A", "audit"]];
  return [["Enter", typeof at === "number" ? "detail" : at.closed ? "open" : "close"], ...filtering, ["/", "filter"]];
}

function arrangingPairs({ tables }: State, name: TableName): readonly Pair[] {
  if (tables[name].rows.length < 2) return [];
  return [["s", "sort"], ...(KINDS[name].groupings.length > 0 ? [["g", "group"] as const] : [])];
}

/** Below these columns acts are named briefly. */
const NARROW = 120;

/** As many as there is room for; help and quit always. */
function fittingPairs(pairs: readonly Pair[], tail: readonly Pair[], columns: number, ellipsis: string): Span[] {
  const size = ([key, label]: Pair): number => widthOf(key) + label.length + 3;
  let room = columns - 1 - tail.reduce((sum, pair) => sum + size(pair), 0);
  const taken: Pair[] = [];
  for (const pair of pairs) {
    if (size(pair) > room) break;
    room -= size(pair);
    taken.push(pair);
  }
  return [...taken, ...tail].flatMap(([key, label]): Span[] => [
    { text: ` ${key}`, tone: "accent" },
    { text: ` ${fitted(label, label.length, ellipsis)} `, tone: "dim" },
  ]);
}

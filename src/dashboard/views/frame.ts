import { bytesText, grouped, plural } from "../../report/summary-text.ts";
import { acts } from "../acts.ts";
import { fitted, glyphsOf, shown, truncated, widthOf, wrapped } from "../look.ts";
import { changesKeys } from "../message.ts";
import { scrolls } from "../scrolling.ts";
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
import { type Line, line, type Span } from "./line.ts";

/** The first line: where we are, and what goes on. */
export function headLine(state: State): Line {
  const { look } = state;
  if (look.screenReader)
    return line(`keysweep, ${state.view}, view ${VIEWS.indexOf(state.view) + 1} of ${VIEWS.length}`);
  const { columns } = state;
  const tabs: Span[] = VIEWS.map((view, at) => {
    const label = `${at + 1} ${view.charAt(0).toUpperCase()}${view.slice(1)}`;
    if (view === state.view) return { text: `[${label}]`, tone: "accent" };
    return { text: columns < NAMED_TABS ? ` ${at + 1} ` : ` ${label} `, tone: "dim" };
  });
  return line(...(columns < NAMED ? [] : [{ text: " keysweep ", tone: "bold" } as const]), ...tabs);
}

/** Narrower screens have no room for our own name, and for those of all views. */
const NAMED = 64;
const NAMED_TABS = 54;

export function ruleLine({ columns, look }: Pick<State, "columns" | "look">): Line {
  return line({ text: look.screenReader ? "" : glyphsOf(look).rule.repeat(columns), tone: "dim" });
}

/** What runs, how far it is, how long it takes; else what was said last. */
export function statusLines(state: State): Line[] {
  const notice = noticeOf(state);
  return notice === null ? jobsLines(state) : noticeLines(notice, state);
}

function noticeLines({ text, tone }: Notice, state: State): Line[] {
  const { look } = state;
  if (look.screenReader) return [line({ text: shown(text, look), tone })];
  const most = statusHeight(state);
  const width = state.columns - 2;
  const lines = wrapped(shown(text, look), width);
  const last = truncated(lines.slice(most - 1).join(" "), width, glyphsOf(look).ellipsis);
  return [...lines.slice(0, most - 1), last].map((one) => line({ text: ` ${one}`, tone }));
}

/** A line for each, where there is room for them. */
function jobsLines(state: State): Line[] {
  const { columns, jobs, look } = state;
  const { ellipsis } = glyphsOf(look);
  if (jobs.length === 0) return [line({ text: look.screenReader ? "" : " nothing runs", tone: "dim" })];
  // A line that changes all the time is read aloud all the time.
  if (look.screenReader) return [line(jobs.map(({ request }) => jobName(request)).join(", "))];
  const spinner = spinnerOf(state);
  const room = columns - widthOf(spinner) - 2;
  const most = statusHeight(state);
  const texts = jobs.map((job) => shown(jobText(state, job, room), look));
  const lines = [...texts.slice(0, most - 1), texts.slice(most - 1).join("  ")];
  return lines.map((text) =>
    line({ text: ` ${spinner}`, tone: "accent" }, { text: ` ${truncated(text, room, ellipsis)}` }),
  );
}

function spinnerOf({ now, look }: Pick<State, "now" | "look">): string {
  const { spinner } = glyphsOf(look);
  return spinner[Math.floor(now / 250) % spinner.length] ?? "";
}

/** `scanning 12,345 files, 3.4 GB (120 MB/s), 3 found · about 2 min left` */
function jobText({ now, scan, look }: Pick<State, "now" | "scan" | "look">, job: Job, room: number): string {
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
export function keysLine(state: State): Line {
  const isOpen = state.dialog === null && !state.help && !state.filtering;
  const tail: readonly Pair[] = isOpen
    ? [
        ["?", "help"],
        ["q", "quit"],
      ]
    : [];
  return line(...fittingPairs(pairsOf(state), tail, state.columns, glyphsOf(state.look).ellipsis));
}

function pairsOf(state: State): readonly Pair[] {
  const { dialog, columns, look } = state;
  if (dialog !== null) {
    const answer = dialog.fields.length > 0 || dialog.answer.kind !== "close" ? "go on" : "close";
    return [["Enter", answer], ["Esc", "leave"], ...(dialog.fields.length > 1 ? [["Tab", "next line"] as const] : [])];
  }
  const { up, down, left, right } = glyphsOf(look);
  const scrolling: readonly Pair[] = scrolls(state) ? [[`${up}${down}`, "scroll"]] : [];
  if (state.help) return [...scrolling, [scrolling.length === 0 ? "any key" : "any other key", "back"]];
  if (state.filtering)
    return [
      ["Enter", "keep"],
      ["Esc", "show all"],
    ];
  const cancel: readonly Pair[] = state.jobs.some(({ request }) => !changesKeys(request)) ? [["x", "cancel"]] : [];
  const table = tableOf(state);
  if (table === null) return [...refreshing(state), ...cancel, ...scrolling, ["w", "report"], ["Tab", "next view"]];
  const can = acts(state)
    .filter(({ refused }) => refused === null)
    .map(({ key, label, brief }): Pair => [key, columns < NARROW ? brief : label]);
  if (state.detail) {
    const others: readonly Pair[] = state.tables[table].passing.length > 1 ? [[`${left}${right}`, "rows"]] : [];
    return [["Esc", "back"], ...scrolling, ...others, ...cancel, ...can];
  }
  return [...tablePairs(state, table), ...cancel, ...can, ...arrangingPairs(state, table)];
}

/** What may show something else, and is not under way. */
function refreshing({ jobs }: State): readonly Pair[] {
  const pairs = [
    ["r", "scan"],
    ["A", "audit"],
  ] as const;
  return pairs.filter(([, purpose]) => !jobs.some(({ request }) => request.purpose === purpose));
}

function tablePairs(state: State, name: TableName): readonly Pair[] {
  const { lines, cursor, filter } = state.tables[name];
  const at = lines[cursor];
  const filtering: readonly Pair[] = filter === "" ? [] : [["Esc", "show all"]];
  if (at === undefined) return filter === "" ? refreshing(state) : [...filtering, ["/", "filter"]];
  return [["Enter", typeof at === "number" ? "detail" : at.closed ? "open" : "close"], ...filtering, ["/", "filter"]];
}

function arrangingPairs({ tables }: State, name: TableName): readonly Pair[] {
  if (tables[name].passing.length < 2) return [];
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

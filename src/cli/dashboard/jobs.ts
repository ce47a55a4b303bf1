import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { changesKeys, type JobRequest, type Message } from "../../dashboard/message.ts";
import type { FindingRow } from "../../dashboard/rows.ts";
import type { ErrorCode } from "../../model/error.ts";
import { visible } from "../../report/escape.ts";
import { FOLLOW_VARIABLE } from "../follower.ts";
import { followed } from "./followed.ts";

/** What a job may print before the rest is dropped: no report that the dashboard reads is as long. */
const MOST_OUTPUT = 8 * 1024 * 1024;

/** How long a cancelled job may take to tidy up, in milliseconds. */
const GRACE_MS = 2000;

/** Findings that are just seen are handed on together: a disk can be full of them. */
const SEEN_EVERY_MS = 250;
const MOST_JUST_SEEN = 1000;

/**
 * Runs keysweep beside the dashboard, as a process of its own: however hard a scan works, a key is answered at once; one that is cancelled is
 * gone at once, with its memory; and nothing can be done here that could not be typed.
 */
export class Jobs {
  readonly #running = new Map<number, Running>();
  readonly #program: readonly string[];
  readonly #words: (request: JobRequest) => Promise<readonly string[]>;
  readonly #now: () => number;
  #last = 0;

  /** @param words what is really run for a request: with the operator's own flags. */
  constructor(
    program: readonly string[],
    words: (request: JobRequest) => Promise<readonly string[]>,
    now: () => number,
  ) {
    this.#program = program;
    this.#words = words;
    this.#now = now;
  }

  async run(request: JobRequest, tell: (message: Message) => void): Promise<void> {
    const job = ++this.#last;
    const words = await this.#words(request);
    tell({ kind: "job-began", job, request: { ...request, words }, now: this.#now() });
    const [program = process.execPath, ...before] = this.#program;
    const child = spawn(program, [...before, ...words], {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      env: { ...process.env, [FOLLOW_VARIABLE]: "3" },
      windowsHide: true,
      // What the terminal tells its job (Ctrl-C when the dashboard is left, that it is closed) does not reach one that changes keys.
      detached: changesKeys(request),
    });
    const running: Running = { child, request, cancelled: false, code: null };
    this.#running.set(job, running);
    const out = kept(child.stdout);
    const err = kept(child.stderr);
    // It need not read what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(request.stdin ?? "");
    // A scan that only asks whose an id is has found nothing.
    const seen = request.purpose === "scan" ? new JustSeen(tell) : null;
    const following = child.stdio[3];
    if (following && "readable" in following) {
      createInterface({ input: following as NodeJS.ReadableStream }).on("line", (line) => {
        const what = followed(line);
        if (what?.kind === "seen") seen?.add(what.row);
        else if (what?.kind === "failed") running.code = what.code;
        else if (what !== null) tell({ kind: "job-progress", job, progress: what.progress, now: this.#now() });
      });
    }
    let failure = "";
    child.on("error", (error: NodeJS.ErrnoException) => {
      failure = `it could not be started (${error.code ?? error.name})`;
    });
    child.on("close", (status) => {
      seen?.end();
      this.#running.delete(job);
      const end = {
        status,
        stdout: out(),
        stderr: failure || visible(err()).replaceAll("\\n", "\n"),
        cancelled: running.cancelled,
        code: running.code,
      };
      tell({ kind: "job-ended", job, end, now: this.#now() });
    });
  }

  cancel(job: number): void {
    const running = this.#running.get(job);
    if (running === undefined) return;
    running.cancelled = true;
    stop(running.child);
  }

  /** Ends what only looks; a rotation ends after the step in hand. @returns whether one does that. */
  close(): boolean {
    const running = [...this.#running.values()];
    for (const { child, request } of running) {
      if (changesKeys(request)) child.kill("SIGTERM");
      else stop(child);
    }
    return running.some(({ request }) => changesKeys(request));
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly request: JobRequest;
  cancelled: boolean;
  /** Why it failed, as it told. */
  code: ErrorCode | null;
}

/** Asks it to end; what does not tidy up in time is ended. */
function stop(child: ChildProcess): void {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
}

function kept(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MOST_OUTPUT) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

class JustSeen {
  readonly #tell: (message: Message) => void;
  #rows: FindingRow[] = [];
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (message: Message) => void) {
    this.#tell = tell;
  }

  add(row: FindingRow): void {
    if (++this.#count > MOST_JUST_SEEN) return;
    this.#rows.push(row);
    this.#timer ??= setTimeout(() => this.end(), SEEN_EVERY_MS);
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#rows.length > 0) this.#tell({ kind: "just-seen", rows: this.#rows });
    this.#rows = [];
  }
}

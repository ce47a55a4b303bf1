import type { Lend } from "../../dashboard/program.tsx";

/** How long a stop may take, in milliseconds: where no shell is there to take over, nothing stops. */
const STOP_MS = 200;

/** Ctrl-Z and fg: while the job is stopped, the shell has the terminal as we found it. */
export class JobControl {
  readonly #lend: Lend;
  #isClosed = false;

  constructor(lend: Lend) {
    this.#lend = lend;
  }

  /** From now on a stop from outside gives the terminal back first, and who goes on takes it again. */
  begin(): void {
    if (!this.#isClosed) process.on("SIGTSTP", this.#stopped).on("SIGCONT", this.#continued);
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  /** Whoever has the terminal meanwhile has it with its job: signals stop us as they stop any program. */
  readonly lend: Lend = async (work) => {
    this.#end();
    try {
      await this.#lend(work);
    } finally {
      this.begin();
    }
  };

  /** Back to the shell, with all that this terminal's job is. */
  suspend(): Promise<void> {
    return this.#stop(0);
  }

  /** @param target 0: the whole job. */
  #stop(target: number): Promise<void> {
    return this.lend(async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      process.once("SIGCONT", resolve);
      const nothingStops = setTimeout(resolve, STOP_MS);
      process.kill(target, "SIGTSTP");
      await promise;
      clearTimeout(nothingStops);
      process.off("SIGCONT", resolve);
    });
  }

  #end(): void {
    process.off("SIGTSTP", this.#stopped).off("SIGCONT", this.#continued);
  }

  readonly #stopped = (): void => {
    this.#stop(process.pid).catch(ignored);
  };

  /** After SIGSTOP, which nobody can answer, the shell may have made the terminal its own. */
  readonly #continued = (): void => {
    this.lend(() => {}).catch(ignored);
  };
}

/** The terminal is lent already, or it is all over: then there is nothing to give back. */
function ignored(): void {}

import { gitFailed, type OperatorGit, type RunningGit } from "./operator-git.ts";

const NEWLINE = 0x0a;
/** No longer name is asked for, in bytes. */
const LONGEST_NAME = 32 * 1024;
/** The first line of an answer is shorter: a name of ours, a type and a size. */
const LONGEST_HEADER = 64 * 1024;

/** An object as `git cat-file` announces it. */
export interface ObjectHeader {
  /** In hexadecimal. */
  readonly id: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** One `git cat-file --batch`, asked for one object after another. */
export class CatFile {
  readonly #git: RunningGit;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  /** What of the present object, and the line end behind it, was not read yet. */
  #unread = 0;

  constructor(git: OperatorGit) {
    this.#git = git.start(["cat-file", "--batch"]);
    const { stdout } = this.#git.child;
    if (stdout === null) throw new TypeError("git was started without a pipe");
    this.#chunks = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /**
   * The object of this name (`ID`, `REVISION:PATH`, `:PATH` of the index), whose content can then be read; null when there is none,
   * or the name is longer than any that git can check out.
   * @throws KeysweepError `git` when git has ended.
   */
  async open(name: string): Promise<ObjectHeader | null> {
    // Git reads a name a line: another line would be another request, and its answer taken for the next one's.
    if (/[\n\0]/.test(name) || Buffer.byteLength(name) > LONGEST_NAME) return null;
    for await (const _ of this.content()) continue;
    this.#git.child.stdin?.write(`${name}\n`);
    const header = await this.#line();
    const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(header);
    if (match === null) return null;
    const [, id = "", type = "", size = "0"] = match;
    this.#unread = Number(size) + 1;
    return { id, type, size: Number(size) };
  }

  /** The content of the object that was opened last, in pieces, or what of it was not read yet. */
  async *content(): AsyncGenerator<Buffer, void> {
    while (this.#unread > 0) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const part = this.#rest.subarray(0, this.#unread);
      this.#rest = this.#rest.subarray(part.length);
      this.#unread -= part.length;
      // The line end that follows the content is none of it.
      const content = this.#unread === 0 ? part.subarray(0, -1) : part;
      if (content.length > 0) yield content;
    }
  }

  /** The beginning of the content, or all of it if it is no longer. @param most in bytes */
  async beginning(most: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of this.content()) {
      parts.push(part);
      length += part.length;
      if (length >= most) break;
    }
    return Buffer.concat(parts).subarray(0, most);
  }

  /** Lets git end. */
  close(): void {
    this.#git.child.stdin?.end();
    this.#git.child.stdout?.destroy();
  }

  async #line(): Promise<string> {
    let line = this.#rest;
    let end = line.indexOf(NEWLINE);
    while (end === -1 && line.length < LONGEST_HEADER) {
      line = Buffer.concat([line, await this.#next()]);
      end = line.indexOf(NEWLINE);
    }
    this.#rest = line.subarray(end + 1);
    return line.toString("utf8", 0, end);
  }

  async #next(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done !== true) return next.value;
    const { complaint } = await this.#git.ended;
    throw gitFailed(["cat-file"], complaint === "" ? "it ended early" : complaint);
  }
}

import { GitDataError } from "../git/objects/object-error.ts";
import type { TableRecord } from "../git/refs/reftable/table.ts";
import { damaged, Stop } from "./stop.ts";
import type { Container, Unpacking } from "./unpacking.ts";

/**
 * Reads a table in which git keeps refs and their logs (a reftable) as the files that it would be else: `packed-refs`, and a log for each ref. Names are cut
 * short in it and logs are packed, with messages that may hold what somebody typed, or the password of a remote. Its bytes are searched as they are, too.
 */
export async function openReftable(container: Container, unpacking: Unpacking): Promise<void> {
  const { reader, within } = container;
  const room = Math.min(unpacking.bounds.storedBytes, unpacking.free);
  const size = await reader.ensure(room + 1);
  if (size > room)
    throw new Stop("archive-bound", `the logs in a table of refs larger than ${room} bytes are not read`);
  unpacking.hold(size);
  try {
    const damage = await new LogFiles(container, unpacking).read(Buffer.from(reader.available));
    for (const detail of damage) unpacking.skip(within, "archive-damaged", detail);
  } finally {
    unpacking.release(size);
  }
  await unpacking.deliver(reader, within);
}

/** Hands on what a table says, a member after the other. */
class LogFiles {
  readonly #container: Container;
  readonly #unpacking: Unpacking;
  #open: string | null = null;

  constructor(container: Container, unpacking: Unpacking) {
    this.#container = container;
    this.#unpacking = unpacking;
  }

  /** @returns what is damaged, a sentence each @throws Stop where the rest cannot be read */
  async read(bytes: Buffer): Promise<ReadonlySet<string>> {
    const { Allowance, BeyondAllowance } = await import("../git/refs/reftable/allowance.ts");
    const { readTable, tableHash } = await import("../git/refs/reftable/table.ts");
    const damage = new Set<string>();
    const onDamaged = (detail: string): void => void damage.add(detail);
    try {
      for (const record of readTable(bytes, { hash: tableHash(bytes), allowance: new Allowance(), onDamaged })) {
        await this.#add(record);
      }
    } catch (error) {
      if (error instanceof BeyondAllowance) throw new Stop("archive-suspicious", error.message);
      throw error instanceof GitDataError ? damaged(error.message) : error;
    } finally {
      this.#end();
    }
    return damage;
  }

  async #add(record: TableRecord): Promise<void> {
    const [file, line] = asLine(record);
    if (this.#open !== file) await this.#begin(file);
    const bytes = Buffer.from(line, "latin1");
    this.#unpacking.countUnpacked(bytes.length);
    this.#unpacking.sink.bytes(bytes);
    await this.#unpacking.passed(bytes.length);
  }

  async #begin(file: string): Promise<void> {
    this.#end();
    await this.#unpacking.countMember();
    this.#unpacking.sink.begin([...this.#container.within, Buffer.from(file, "latin1").toString()]);
    this.#open = file;
  }

  #end(): void {
    if (this.#open !== null) this.#unpacking.sink.end();
    this.#open = null;
  }
}

/** In which file git would keep a record, and as which line of it; a character for each byte. What was removed is a name alone. */
function asLine(record: TableRecord): readonly [file: string, line: string] {
  if (record.kind === "ref") {
    const { name, target } = record;
    const said = target === null ? "" : "id" in target ? `${target.id} ` : `ref: ${target.symbolic} `;
    return ["packed-refs", `${said}${name}\n`];
  }
  const { name, entry } = record;
  if (entry === null) return [`logs/${name}`, ""];
  const { oldId, newId, person, mail, seconds, zone, message } = entry;
  const end = message.endsWith("\n") ? "" : "\n";
  return [`logs/${name}`, `${oldId} ${newId} ${person} <${mail}> ${seconds} ${zone}\t${message}${end}`];
}

import type { Anchor, AnchorForm } from "./anchor-forms.ts";
import { anchorForms } from "./anchor-forms.ts";
import * as layout from "./assembly/layout.ts";
import { type Bucket, bucketsFor, startsOf } from "./filter.ts";

/**
 * Compiles anchors to the table that the kernel reads (its shape: assembly/layout.ts): the filter, the classes of bytes, and the
 * literals, hashed by their first four bytes. A new rule is a new table, not a new kernel.
 * @param more forms that no rule has
 */
export function compileAnchors(anchors: readonly Anchor[], more: readonly AnchorForm[] = []): Uint8Array {
  const forms = [...anchorForms(anchors), ...more];
  const records = forms.map((form) => ({
    form,
    key: keyOf(form.text),
    slot: hash(keyOf(form.text), layout.SLOT_BITS),
  }));
  records.sort((a, b) => a.slot - b.slot);
  const texts = new TextPool(layout.RECORDS + records.length * layout.RECORD_SIZE);
  const placed = records.map((record) => ({ ...record, text: texts.place(record.form.text) }));

  const table = new DataView(new ArrayBuffer(texts.end));
  writeFilter(table, bucketsFor(forms));
  writeClasses(table);
  for (const start of forms.flatMap(startsOf)) writeStart(table, start);
  for (let slot = 0; slot <= 1 << layout.SLOT_BITS; slot++) {
    table.setUint16(layout.SLOTS + slot * 2, placed.filter((record) => record.slot < slot).length, true);
  }
  for (const [index, { form, key, text }] of placed.entries())
    writeRecord(table, layout.RECORDS + index * layout.RECORD_SIZE, form, key, text);
  texts.writeTo(table);
  return new Uint8Array(table.buffer);
}

/** The literals' bytes, each distinct one once. */
class TextPool {
  readonly #start: number;
  #text = "";

  constructor(start: number) {
    this.#start = start;
  }

  get end(): number {
    return this.#start + this.#text.length;
  }

  place(text: string): number {
    const known = this.#text.indexOf(text);
    if (known >= 0) return this.#start + known;
    this.#text += text;
    return this.end - text.length;
  }

  writeTo(table: DataView): void {
    for (let i = 0; i < this.#text.length; i++) table.setUint8(this.#start + i, this.#text.charCodeAt(i));
  }
}

/** The first four bytes with bit 5 set in each, so that letters fold and the rest only collides a little. */
function keyOf(text: string): number {
  if (text.length < 4) throw new RangeError(`anchor too short: ${JSON.stringify(text)}`);
  return (Buffer.from(text, "latin1").readUInt32LE(0) | 0x20202020) >>> 0;
}

function hash(key: number, bits: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - bits);
}

function writeStart(table: DataView, start: string): void {
  const bit = hash(keyOf(start), layout.START_BITS);
  setBit(table, layout.STARTS + (bit >> 3), bit & 7, 1);
}

function writeFilter(table: DataView, buckets: readonly Bucket[]): void {
  for (const [bucket, { positions }] of buckets.entries()) {
    for (const [position, { low, high }] of positions.entries()) {
      for (let nibble = 0; nibble < 16; nibble++) {
        setBit(table, layout.FILTER + position * 32 + nibble, bucket, (low >> nibble) & 1);
        setBit(table, layout.FILTER + position * 32 + 16 + nibble, bucket, (high >> nibble) & 1);
      }
    }
  }
}

function setBit(table: DataView, offset: number, bit: number, value: number): void {
  table.setUint8(offset, table.getUint8(offset) | (value << bit));
}

const CLASSES: readonly (readonly [bit: number, pattern: RegExp])[] = [
  [layout.BASE32, /[A-Z2-7]/],
  [layout.BASE64, /[A-Za-z0-9+/_-]/],
  [layout.DIGIT, /[0-9]/],
  [layout.HEX, /[0-9A-Fa-f]/],
  [layout.LOWER, /[a-z0-9]/],
  [layout.UPPER, /[A-Z0-9]/],
  [layout.SECRET, /[A-Za-z0-9+/]/],
  [layout.ESCAPE, /[%\\]/],
];

function writeClasses(table: DataView): void {
  for (let byte = 0; byte < 256; byte++) {
    const bits = CLASSES.filter(([, pattern]) => pattern.test(String.fromCharCode(byte))).reduce(
      (sum, [bit]) => sum | bit,
      0,
    );
    table.setUint8(layout.CLASSES + byte, bits);
  }
}

const FOLLOW = {
  base32: layout.BASE32,
  base64: layout.BASE64,
  digit: layout.DIGIT,
  hex: layout.HEX,
  lower: layout.LOWER,
} as const;

function writeRecord(table: DataView, offset: number, form: AnchorForm, key: number, text: number): void {
  const { context } = form;
  const following = context === "secret" ? null : context;
  table.setUint32(offset + layout.KEY, key, true);
  table.setUint16(offset + layout.TEXT, text, true);
  table.setUint8(offset + layout.LENGTH, form.text.length);
  table.setUint8(offset + layout.FLAGS, flagsOf(form));
  table.setUint8(offset + layout.FOLLOW, following === null ? 0 : FOLLOW[following.follow]);
  table.setUint8(offset + layout.COUNT, following?.count ?? 0);
  table.setUint8(offset + layout.STOP, form.stop === null ? 0 : layout.UPPER);
  table.setUint8(offset + layout.PLACE, form.place ?? layout.NO_PLACE);
}

function flagsOf(form: AnchorForm): number {
  return (
    (form.foldCase ? layout.FOLD_CASE : 0) |
    (form.wrapped ? layout.WRAPPED : 0) |
    (form.wide ? layout.WIDE : 0) |
    (form.context === "secret" ? layout.NEAR_SECRET : 0)
  );
}

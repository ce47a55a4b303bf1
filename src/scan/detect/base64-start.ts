/*
 * What base64 may decode to, told by its first characters. It may be of either alphabet: the two differ in signs that begin nothing of this.
 */

/**
 * Twelve bytes that may all be text, of ASCII or of UTF-16: no character of base64 allows a byte from 0x80 on, or a control character. The first
 * of four holds six bits of the first byte, the second the upper half of the second byte, the third the highest bit of the third byte.
 */
const TEXT = /^(?:[ACDI-Za-f][AC-HQS-Xgi-nwyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589].){4}/;

/** A header of gzip or of a zip's member, at any alignment. */
const PACKED = /^.{0,3}?(?:H4sI[A-H]|UEsDB[A-P])/;

/** Whether base64 may decode to text. */
export function mayBeText(base64: string): boolean {
  return TEXT.test(base64);
}

/** Whether base64, or what is left of it without one, two or three of its first characters, may decode to what is packed. */
export function mayBePacked(base64: string): boolean {
  return PACKED.test(base64);
}

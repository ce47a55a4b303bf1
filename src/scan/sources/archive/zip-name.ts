import { isAscii, isUtf8 } from "node:buffer";

/** What the upper half of code page 437 stands for, the zip format's own encoding of names. */
const UPPER_437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** A member's name as text. Many writers put UTF-8 there without saying so; what is not UTF-8 is code page 437. */
export function zipName(bytes: Uint8Array, saysUtf8: boolean): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isAscii(bytes)) return buffer.toString("latin1");
  if (saysUtf8 || isUtf8(bytes)) return buffer.toString("utf8");
  let name = "";
  for (const byte of bytes) name += byte < 0x80 ? String.fromCharCode(byte) : (UPPER_437[byte - 0x80] ?? "");
  return name;
}

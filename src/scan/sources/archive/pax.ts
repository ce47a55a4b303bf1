/**
 * The records of a pax extended header: `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record. What does not parse ends it, and
 * comes last, with an empty key.
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 */
export function* paxRecords(bytes: Uint8Array): Generator<[key: string, value: Uint8Array]> {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const rest = bytes.subarray(at);
    if (space === -1 || space - at > 10) return yield ["", rest];
    const digits = latin1(bytes.subarray(at, space));
    const end = at + Number(digits);
    const equals = bytes.indexOf(0x3d, space);
    if (!/^\d+$/.test(digits) || end > bytes.length || equals === -1 || equals >= end) return yield ["", rest];
    yield [latin1(bytes.subarray(space + 1, equals)), bytes.subarray(equals + 1, end - 1)];
    at = end;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

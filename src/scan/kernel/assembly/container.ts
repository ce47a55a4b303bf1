/** Whether the bytes may be an archive: what sources/archive/format.ts asks, a little looser. */
export function mayBeContainer(at: usize, length: usize): bool {
  if (length < 4) return false;
  const start = load<u32>(at);
  switch (start & 0xff) {
    case 0x1f:
      if ((start & 0xffff) == 0x8b1f) return true;
      break;
    case 0x50:
      if ((start & 0xffff) == 0x4b50) return true;
      break;
    case 0x28:
      if (start == 0xfd2fb528) return true;
      break;
    case 0x42:
      if ((start & 0xffffff) == 0x685a42) return true;
      break;
    case 0xfd:
      if (start == 0x587a37fd) return true;
      break;
  }
  if ((start & 0xfffffff0) == 0x184d2a50) return true;
  return mayBeTar(at, length) || endsAsZip(at + length, length);
}

function mayBeTar(at: usize, length: usize): bool {
  if (length < 512) return length >= 262 && load<u32>(at, 257) == 0x61747375;
  // The checksum: octal digits behind blanks, or a number in base 256.
  const first = load<u8>(at, 148);
  if ((first & 0x80) != 0) return load<u32>(at, 149) == 0;
  let digit = at + 148;
  const end = digit + 8;
  while (digit < end && load<u8>(digit) == 0x20) digit++;
  const digits = digit;
  while (digit < end && (load<u8>(digit) & 0xf8) == 0x30) digit++;
  if (digit == digits) return false;
  return digit == end || load<u8>(digit) == 0 || load<u8>(digit) == 0x20;
}

/** A zip may lie behind a program; without a comment, its directory's end is 22 bytes long. */
function endsAsZip(end: usize, length: usize): bool {
  return length >= 22 && load<u32>(end - 22) == 0x06054b50 && load<u16>(end - 2) == 0;
}

/** Whether the bytes may be packed: what sources/archive/format.ts asks, of what is read into and what is not, a little looser. */
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
    case 0x78:
      if (isZlib(start)) return true;
      break;
  }
  if (isUnread(start)) return true;
  if ((start & 0xfffffff0) == 0x184d2a50) return true;
  return mayBeTar(at, length) || endsAsZip(at + length, length);
}

function isZlib(start: u32): bool {
  const effort = (start >> 8) & 0xff;
  return effort == 0x01 || effort == 0x5e || effort == 0x9c || effort == 0xda;
}

/** Packed formats that are told of only. */
function isUnread(start: u32): bool {
  switch (start) {
    case 0xafbc7a37: // 7z
    case 0x21726152: // Rar!
    case 0x184d2204: // lz4
    case 0x50495a4c: // LZIP
    case 0x4f5a4c89: // lzop
    case 0x4643534d: // MSCF
    case 0x21726178: // xar!
    case 0xdbeeabed: // RPM
    case 0x72613c21: // !<ar, of Debian packages
    case 0x73717368: // hsqs
    case 0x4b434150: // PACK
    case 0x32762023: // # v2, of git's bundles
    case 0x33762023: // # v3
      return true;
  }
  return (start & 0xffffff) == 0x909d1f || (start & 0xffffff) == 0x00005d; // compress, lzma
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

/**
 * Whether an object may be packed, or hold what is: what sources/archive/plain.ts asks, a little looser. Only a zip behind something else
 * is not asked for here: its end is an anchor (anchor-forms.ts), since it may stand anywhere in the last 64 KiB.
 */
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
    case 0x52: // REFT, of git's tables of refs
      if (start == 0x54464552) return true;
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
  if ((start & 0xffff) == 0x2123 && holdsBeginning(at + 2, at + length)) return true;
  if (isUnread(at, length, start)) return true;
  if ((start & 0xfffffff0) == 0x184d2a50) return true;
  return mayBeUtf32(at, length, start) || mayBeTar(at, length);
}

/** Whether the signature of something packed stands in a script, which may unpack it. */
function holdsBeginning(at: usize, end: usize): bool {
  for (; at + 3 <= end; at++) {
    switch (load<u8>(at)) {
      case 0x1f:
        if (load<u16>(at, 1) == 0x088b) return true;
        break;
      case 0x50: // PK
        if (load<u32>(at) == 0x04034b50) return true;
        break;
      case 0x28:
        if (load<u32>(at) == 0xfd2fb528) return true;
        break;
      case 0x42: // BZh
        if (load<u16>(at, 1) == 0x685a) return true;
        break;
      case 0xfd:
        if (load<u32>(at) == 0x587a37fd) return true;
        break;
      case 0x75: // usta
        if (load<u32>(at) == 0x61747375) return true;
        break;
    }
  }
  return false;
}

/** Whether the first characters could be some: with a mark, or of text. */
function mayBeUtf32(at: usize, length: usize, start: u32): bool {
  if (length < 8) return false;
  const isLittle = start >> 16 == 0;
  if (!isLittle && (start & 0xffff) != 0) return false;
  const end = at + min(length & ~3, 32);
  for (; at < end; at += 4) {
    const unit = load<u32>(at);
    if ((isLittle ? unit : bswap(unit)) > 0x10ffff) return false;
  }
  return true;
}

function isZlib(start: u32): bool {
  const effort = (start >> 8) & 0xff;
  return effort == 0x01 || effort == 0x5e || effort == 0x9c || effort == 0xda;
}

/** Packed formats that are told of only. */
function isUnread(at: usize, length: usize, start: u32): bool {
  if (length > 0x8005 && load<u32>(at, 0x8001) == 0x30304443) return true; // CD00, of an image of a CD
  if (length >= 512 && load<u32>(at + length - 512) == 0x796c6f6b) return true; // koly
  switch (start) {
    case 0x000006ff: // snappy
    case 0x495a524c: // LRZI
    case 0x32787662: // bvx2
    case 0x6e787662: // bvxn
    case 0x787a6270: // pbzx
    case 0x4957534d: // MSWI
    case 0x37303730: // 0707, of cpio
    case 0x68737173: // sqsh
    case 0x28cd3d45: // cramfs
    case 0xfb494651: // QFI
    case 0x564d444b: // KDMV
    case 0x31524150: // PAR1
    case 0x016a624f: // Obj, of Avro
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
  if (start == 0x464c457f && length >= 11) return load<u16>(at, 8) == 0x4941; // ELF, and AI of AppImage
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

/** Endings that say both what is inside and how it is compressed. */
const TAR_ENDING = /\.t(?:gz|az|bz2?|b2|z2|xz|lz|zst|br)$/i;
const ENDING = /\.(?:gz|bz2|xz|zst|zstd|br|zz|zlib)$/i;

/** What a compressed file is called once unpacked, where it does not say so itself. */
export function unpackedName(name: string): string {
  return TAR_ENDING.test(name) ? name.replace(TAR_ENDING, ".tar") : name.replace(ENDING, "");
}

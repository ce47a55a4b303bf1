/** How many lines of a commit or a tag stand before its message: lines of a message are counted from its beginning. */
export function headerLinesOf(object: Buffer): number {
  const end = object.indexOf("\n\n");
  return end === -1 ? 0 : object.toString("latin1", 0, end + 2).split("\n").length - 1;
}

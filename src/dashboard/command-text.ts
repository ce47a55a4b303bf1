/** A command as a person could type it into a shell of POSIX: what means something to that is quoted. */
export function commandText(words: readonly string[]): string {
  return ["keysweep", ...words.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

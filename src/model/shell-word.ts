/**
 * A text as one word for a POSIX shell: between single quotes nothing but such a quote means anything. What means nothing to it anyway is left bare, so that
 * people can read it; not with `=` at its beginning, which means something to zsh, into which a command may be pasted.
 */
export function shellWord(text: string): string {
  return /^(?!=)[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

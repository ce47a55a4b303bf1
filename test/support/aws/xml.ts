/*
 * The replies of IAM and STS (the AWS Query protocol) as text: enough to change what moto says, no more.
 */

/** The part of a reply between an element's tags: the first element of that name. Null when there is none, or it is empty. */
export function element(xml: string, name: string): string | null {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  return start < 0 || end < 0 ? null : xml.slice(start + name.length + 2, end);
}

/** The text of an element with markup taken off. */
export function elementText(xml: string, name: string): string | null {
  const text = element(xml, name);
  return text === null
    ? null
    : text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The first element of that name with other content; the reply as it was when there is none. */
export function withElement(xml: string, name: string, content: string): string {
  const empty = `<${name}/>`;
  const start = xml.indexOf(`<${name}>`);
  if (start < 0) return xml.includes(empty) ? xml.replace(empty, () => `<${name}>${content}</${name}>`) : xml;
  const end = xml.indexOf(`</${name}>`, start);
  return `${xml.slice(0, start)}<${name}>${content}${xml.slice(end)}`;
}

/** The outermost members of a list, each with its tags. */
export function members(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: tag, index } of list.matchAll(/<\/?member>/g)) {
    if (tag === "<member>" && depth++ === 0) start = index;
    if (tag === "</member>" && --depth === 0) found.push(list.slice(start, index + tag.length));
  }
  return found;
}

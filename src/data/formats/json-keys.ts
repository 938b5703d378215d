/** More than any safetensors header needs. */
const DEEPEST = 8;

/**
 * What `JSON.parse` lets pass without a word: a key twice in one object, of which it keeps the last, or nesting so deep
 * that programs stumble over it (and `JSON.parse` takes seconds). Text that is no JSON is for `JSON.parse` to refuse.
 *
 * @returns the first trouble in words, or undefined
 * @throws SyntaxError for some of what is no JSON
 */
export function jsonTrouble(text: string, deepest = DEEPEST): string | undefined {
  const open: Set<string>[] = []; // the keys so far of each object (or list, which has none) around this place
  for (let at = 0; at < text.length; at++) {
    const symbol = text[at];
    if (symbol === "{" || symbol === "[") open.push(new Set());
    if (open.length > deepest) return `more than ${deepest} levels`;
    if (symbol === "}" || symbol === "]") open.pop();
    if (symbol !== '"') continue;
    const end = closingQuote(text, at);
    if (isKey(text, end)) {
      const key: string = JSON.parse(text.slice(at, end + 1));
      if (open.at(-1)?.has(key)) return `${JSON.stringify(key.slice(0, 80))} twice`;
      open.at(-1)?.add(key);
    }
    at = end;
  }
  return undefined;
}

function closingQuote(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function isKey(text: string, closing: number): boolean {
  let at = closing + 1;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}

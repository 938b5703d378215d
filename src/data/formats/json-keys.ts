/** More levels than any safetensors header needs. */
const DEEPEST = 8;

/**
 * Finds what `JSON.parse` accepts but should not: a key that an object has twice (`JSON.parse` keeps the last one),
 * and nesting so deep that other programs fail on it (and `JSON.parse` takes seconds). Text that is not JSON is left
 * to `JSON.parse`.
 *
 * @returns the first problem in words, or undefined
 * @throws SyntaxError for some texts that are not JSON
 */
export function jsonProblem(text: string, deepest = DEEPEST): string | undefined {
  const open: Set<string>[] = []; // for each object or list around this position, the keys so far
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

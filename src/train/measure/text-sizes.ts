import type { TextTokenizer } from "../generate/options";
import { textPieces } from "../generate/text-pieces";
import type { StoredIds } from "./whole-stream";

/** Ids that are read at a time to count what they stand for. */
const CHUNK = 10_000;

/**
 * What is predicted: the sizes of the text without its first token, and how many tokens are unknown.
 *
 * @returns also where the text begins to differ from what its tokens decode to, undefined where it does not
 */
export function sizesOf(tokenizer: TextTokenizer, ids: StoredIds, text: string | undefined) {
  const pieces = textPieces(tokenizer, []);
  const head = pieces.push(ids.read(0, 1).data); // a character that the first token only begins is predicted
  const sizes = { characters: 0, bytes: 0, unknown: 0 };
  let decoded = head.length;
  let differs = text?.startsWith(head) ? undefined : 0; // where the text that the tokens keep becomes another one
  const add = (part: string) => {
    sizes.characters += codePoints(part);
    sizes.bytes += Buffer.byteLength(part);
    if (differs === undefined && text?.startsWith(part, decoded) === false) {
      differs = decoded + commonLength(text.slice(decoded, decoded + part.length), part);
    }
    decoded += part.length;
  };
  for (let begin = 1; begin < ids.length; begin += CHUNK) {
    const { data } = ids.read(begin, Math.min(ids.length, begin + CHUNK));
    for (const id of data) if (id === tokenizer.special.unknown) sizes.unknown++;
    add(pieces.push(data));
  }
  if (text === undefined) return { ...sizes, differs: undefined };
  if (differs === undefined && /[^\uFFFD]/.test(text.slice(decoded))) differs = decoded; // U+FFFD at the end waits for its rest
  const [characters, bytes] = [codePoints(text) - codePoints(head), Buffer.byteLength(text) - Buffer.byteLength(head)];
  return { characters, bytes, unknown: sizes.unknown, differs };
}

/** How many code units two texts have in common at their begin. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

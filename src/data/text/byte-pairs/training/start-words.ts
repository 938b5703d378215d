import { byteAlphabet, byteCharacters } from "../pre-tokens/byte-alphabet";
import type { Words } from "./words";

/** The characters that begin the vocabulary, in the order of their code points. */
export function alphabetOf(
  counts: ReadonlyMap<string, number>,
  alphabet: "bytes" | "seen",
  limit: number,
): readonly string[] {
  const seen = new Map<string, number>();
  for (const [preToken, count] of counts) {
    for (const character of byteCharacters(preToken)) seen.set(character, (seen.get(character) ?? 0) + count);
  }
  if (alphabet === "bytes") for (const character of byteAlphabet) seen.set(character, Number.POSITIVE_INFINITY);
  // Sorting keeps the order of equal counts: the smaller code point stays.
  const kept = [...byteAlphabet].filter((character) => seen.has(character));
  kept.sort((a, b) =>
    (seen.get(b) as number) === (seen.get(a) as number) ? 0 : (seen.get(b) as number) - (seen.get(a) as number),
  );
  return kept.slice(0, limit).sort();
}

/** The pre-tokens as lists of ids. A byte that is not in the vocabulary is left out, as Python's `tokenizers` does. */
export function startWords(preTokens: ReadonlyMap<string, number>, tokens: readonly string[]): Words {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const size = preTokens.size;
  const starts = new Int32Array(size);
  const lengths = new Int32Array(size);
  const counts = new Float64Array(size);
  let symbols = new Int32Array(1024);
  let at = 0;
  let word = 0;
  for (const [preToken, count] of preTokens) {
    const characters = byteCharacters(preToken);
    if (at + characters.length > symbols.length) {
      const longer = new Int32Array(Math.max(2 * symbols.length, at + characters.length));
      longer.set(symbols);
      symbols = longer;
    }
    starts[word] = at;
    counts[word] = count;
    for (const character of characters) {
      const id = ids.get(character);
      if (id !== undefined) symbols[at++] = id;
    }
    lengths[word] = at - (starts[word] as number);
    word++;
  }
  return { symbols, starts, lengths, counts };
}

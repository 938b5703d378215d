/**
 * GPT-2's alphabet of bytes: each of the 256 bytes has a character that is no blank and no control character, so that a
 * token is a readable string. The bytes `!` to `~`, `¡` to `¬` and `®` to `ÿ` are their own characters; the others, in
 * their order, are the characters from U+0100. A blank is `Ġ`, a line feed `Ċ`.
 */
const CHARACTER_OF_BYTE: readonly string[] = (() => {
  const isPlain = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPlain(byte) ? byte : next++));
})();

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(
  CHARACTER_OF_BYTE.map((character, byte) => [character, byte]),
);

const encoder = new TextEncoder();

/** The 256 characters in the order of their code points, as Python's `tokenizers` numbers them. */
export const byteAlphabet: readonly string[] = [...CHARACTER_OF_BYTE].sort();

/** A text's UTF-8 bytes, each as its character. */
export function byteCharacters(text: string): string {
  let characters = "";
  for (const byte of encoder.encode(text)) characters += CHARACTER_OF_BYTE[byte];
  return characters;
}

/** The bytes of a token; undefined if one of its characters stands for no byte. */
export function bytesOf(token: string): Uint8Array | undefined {
  const bytes = Array.from(token, (character) => BYTE_OF_CHARACTER.get(character));
  return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes as number[]);
}

import { decodeUtf8 } from "../../formats/utf8";
import { open } from "./open-file";

/** Bytes that are read at once. */
const CHUNK = 1 << 18;

/**
 * The text of a file in pieces, in bounded memory: a file may be larger than the memory, and have one line alone. Pieces
 * end between code points, also between CR and LF. They are read while they are used, and each loop over them reads the
 * file from its begin.
 *
 * The file must be UTF-8. A byte order mark at its begin is left out; everything else is given as it is: line ends, also
 * CR LF, NUL, and U+FEFF at other places.
 *
 * @example
 *   const tokenizer = wordTokenizer(textChunks("corpus.txt"), { minCount: 5 });
 *
 * @throws DataError, in the loop, naming the first byte that is not UTF-8; for a file that is not there, and for what is
 *   no file
 */
export function textChunks(path: string): Iterable<string> {
  return { [Symbol.iterator]: () => chunksOf(path) };
}

function* chunksOf(path: string): Generator<string, void, undefined> {
  const [file, close] = open(path);
  try {
    const buffer = new Uint8Array(CHUNK);
    let begin = 0; // where the buffer begins in the file
    let kept = 0; // bytes of a character that is not complete yet
    for (;;) {
      const length = kept + file.read(buffer.subarray(kept), begin + kept);
      const isLast = length < CHUNK;
      const end = isLast ? length : completeLength(buffer);
      const text = decodeUtf8(buffer.subarray(0, end), path, begin);
      if (text !== "") yield text;
      if (isLast) return;
      buffer.copyWithin(0, end);
      kept = length - end;
      begin += end;
    }
  } finally {
    close();
  }
}

/** The number of bytes without those at the end that begin a character and do not complete it. */
function completeLength(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - 3); at--) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 && byte < 0xc0) continue; // inside a character
    const size = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + size > bytes.length ? at : bytes.length;
  }
  return bytes.length;
}

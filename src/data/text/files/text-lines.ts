import { checkOptions } from "../../check-options";
import { checkWhole, DataError } from "../../errors";
import { asTexts } from "../unicode/pieces";
import { textChunks } from "./text-chunks";

export interface TextLinesOptions {
  /**
   * The longest line, in code units. A longer one is refused, because a line is one string and would fill the memory:
   * `textChunks` reads a text whatever its lines are. Default: 16,777,216.
   */
  maxLength?: number;
}

/**
 * The lines of a file, without their ends, in bounded memory. A line ends with LF or CR LF; CR alone ends none. What
 * follows the last line end is a line if it is not empty. Each loop reads the file from its begin.
 *
 * @example
 *   const tokenizer = wordTokenizer(textLines("sentences.txt"), { lowerCase: true }); // no word goes over a line's end
 *   const sentences = Array.from(textLines("sentences.txt"), (line) => tokenizer.encode(line)); // ragged x for fit
 *
 * @throws DataError as `textChunks`, and for a line that is too long
 */
export function textLines(path: string, options: TextLinesOptions = {}): Iterable<string> {
  checkOptions("textLines", options, ["maxLength"]);
  const { maxLength = 1 << 24 } = options;
  checkWhole("textLines", "maxLength", maxLength, 1);
  return asTexts({ [Symbol.iterator]: () => linesOf(path, maxLength) });
}

function* linesOf(path: string, maxLength: number): Generator<string, void, undefined> {
  let number = 1;
  let rest = "";
  const checked = (line: string) => {
    if (line.length <= maxLength) return line;
    const expected = `at most ${maxLength} code units (textChunks reads a text whatever its lines are)`;
    throw new DataError(path, `line ${number}`, expected, "more");
  };
  for (const chunk of textChunks(path)) {
    const [first = "", ...others] = chunk.split("\n");
    rest += first;
    for (const next of others) {
      yield checked(rest.endsWith("\r") ? rest.slice(0, -1) : rest);
      number++;
      rest = next;
    }
    checked(rest.length > maxLength + 1 ? rest : ""); // one more may be CR
  }
  if (rest !== "") yield checked(rest);
}

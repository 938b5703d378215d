import { DataError } from "../../../errors";
import {
  isHighSurrogate,
  isLowSurrogate,
  isNormalizationBoundary,
  type Normalization,
} from "../../unicode/normalization";
import { BLANK, classOf } from "./character-class";

/** A longer run without a boundary is refused: to merge it would take minutes. */
export const LONGEST_RUN = 1 << 20;

/**
 * The largest index at which a text can be cut, so that its pre-tokens, also of its normal form, are those of its parts,
 * whatever follows the text: between two characters of different classes, the first of which is no blank (blanks
 * belong to the word behind them) and no apostrophe (`'s` is one pre-token). No special token may go over it.
 */
export function preTokenBoundary(text: string, normalize: Normalization, special: readonly string[] = []): number {
  for (let at = text.length - 1; at > 0; at--) {
    if (isBoundary(text, at, normalize) && !special.some((token) => goesOver(text, at, token))) return at;
  }
  return 0;
}

/** A boundary for a text that is read in pieces. @throws DataError for a run that is too long */
export function boundaryOrError(where: string, normalize: Normalization): (text: string) => number {
  return (text) => {
    const at = preTokenBoundary(text, normalize);
    if (at === 0) checkRun(where, text);
    return at;
  };
}

/** @throws DataError for a run that is too long */
export function checkRun(where: string, run: string): void {
  if (run.length <= LONGEST_RUN) return;
  const expected = `at most ${LONGEST_RUN} characters of one kind (letters, digits, blanks, signs) side by side`;
  throw new DataError(where, "text", expected, `more, which begin with ${JSON.stringify(run.slice(0, 20))}`);
}

function isBoundary(text: string, at: number, normalize: Normalization): boolean {
  const unit = text.charCodeAt(at);
  if (isLowSurrogate(unit) || (isHighSurrogate(unit) && at === text.length - 1)) return false;
  const before = at > 1 && isLowSurrogate(text.charCodeAt(at - 1)) ? at - 2 : at - 1;
  const [first, second] = [text.codePointAt(before) as number, text.codePointAt(at) as number];
  const kind = classOf(first);
  if (kind === BLANK || first === 0x27 || classOf(second) === kind) return false;
  if (normalize === "none") return true;
  // The first character is in its normal form, and stays so; the second one's form begins with a character of its class.
  const isAlone = (before === 0 || isNormalizationBoundary(text, before)) && isNormalizationBoundary(text, at);
  const [own, next] = [String.fromCodePoint(first), String.fromCodePoint(second)];
  if (!isAlone || own.normalize(normalize) !== own) return false;
  return classOf(next.normalize(normalize).codePointAt(0) as number) === classOf(second);
}

/** Whether a token may stand over an index: its begin stands before the index, and what follows may be its rest. */
function goesOver(text: string, at: number, token: string): boolean {
  for (let begin = Math.max(0, at - token.length + 1); begin < at; begin++) {
    if (token.startsWith(text.slice(begin, begin + token.length))) return true;
  }
  return false;
}

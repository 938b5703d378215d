import { codePoints, splitWords } from "../python-text";

/**
 * How `bleu` cuts a line into tokens, as sacreBLEU does: `"13a"` is the tokenizer of WMT's mteval-v13a, made for Western
 * languages; `"intl"`, of mteval-v14, cuts at the punctuation and the symbols of all scripts; `"char"` makes each code
 * point a token, for scripts without spaces; `"none"` cuts at white space only.
 */
export type BleuTokenizer = "13a" | "intl" | "char" | "none";

const ENTITIES = [
  ["&quot;", '"'],
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
] as const;

function cut13a(line: string): string {
  const whole = line.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  const text = ENTITIES.reduce((rest, [entity, character]) => rest.replaceAll(entity, character), whole);
  return ` ${text} `
    .replace(/[{-~[-` -&(-+:-@/]/gu, " $& ") // ASCII's punctuation without apostrophe, comma, full stop and hyphen
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/gu, "$1 $2 ");
}

const cutIntl = (line: string): string =>
  line
    .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
    .replace(/(\p{P})(\P{N})/gu, " $1 $2")
    .replace(/\p{S}/gu, " $& ");

const CUTS: Readonly<Record<BleuTokenizer, (line: string) => string>> = {
  "13a": cut13a,
  intl: cutIntl,
  char: (line) => codePoints(line).join(" "),
  none: (line) => line,
};

/** The names of the tokenizers. */
export const TOKENIZERS = Object.keys(CUTS);

/** The tokens of a line whose white space at the end is gone. */
export const tokensOf = (line: string, tokenizer: BleuTokenizer): string[] => splitWords(CUTS[tokenizer](line));

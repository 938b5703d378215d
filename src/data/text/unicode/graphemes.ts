import { isNormalizationBoundary } from "./normalization";

/** The rules are those of Unicode, without a language. */
const SEGMENTER = new Intl.Segmenter("und", { granularity: "grapheme" });

/** So many code units are given to the segmenter at once: its time for each grows with the length of the text. */
const WINDOW = 512;

/**
 * Calls `use` for each grapheme (extended grapheme cluster, what a reader takes for one character) of a text, in order:
 * the grapheme is `text.slice(begin, end)`. Lone surrogates are graphemes of their own.
 */
export function eachGrapheme(text: string, use: (begin: number, end: number) => void): void {
  let begin = 0;
  while (begin < text.length) {
    if (begin + 1 === text.length ? isSimple(text.charCodeAt(begin)) : isSimplePair(text, begin + 1)) {
      use(begin, ++begin);
    } else {
      begin = segment(text, begin, use);
    }
  }
}

/** Segments from a boundary up to two simple characters side by side, or the window's end. @returns where it ended */
function segment(text: string, begin: number, use: (begin: number, end: number) => void): number {
  let end = begin + 1;
  while (end < text.length && end - begin < WINDOW && !isSimplePair(text, end)) end++;
  for (; ; end += end - begin) {
    const isWhole = end >= text.length || isSimplePair(text, end);
    const starts = Array.from(SEGMENTER.segment(text.slice(begin, end)), ({ index }) => begin + index);
    const last = starts.at(-1) as number;
    if (!isWhole && last === begin) continue; // one grapheme, longer than the window
    const stop = isWhole ? Math.min(end, text.length) : last; // the last one may go on after the window
    starts.forEach((start, i) => {
      if (start < stop) use(start, starts[i + 1] ?? stop);
    });
    return stop;
  }
}

/** Letters that NFKC and NFKD make parts of Hangul syllables, which join with their neighbours (a test tries all code points). */
const COMPATIBLE_HANGUL = /[\u3131-\u318E\u3260-\u327F\uFFA0-\uFFDC]/;

/**
 * Where the last grapheme of a text begins: the largest index at which a text can be cut, so that its graphemes, also
 * of its normal form, are those of its parts, whatever follows. 0 where it has only one.
 */
export function graphemeBoundary(text: string): number {
  let from = Math.max(0, text.length - 1);
  while (from > 0 && !isSimplePair(text, from)) from--;
  let boundary = from;
  eachGrapheme(text.slice(from), (start) => {
    const at = from + start;
    const joins = COMPATIBLE_HANGUL.test(text.slice(at - 1, at + 1));
    if (start > 0 && !joins && isNormalizationBoundary(text, at)) boundary = at;
  });
  return boundary;
}

/** Whether the characters before and at `index` are simple, so that there is a boundary between them. CR LF is one grapheme. */
function isSimplePair(text: string, index: number): boolean {
  const [before, after] = [text.charCodeAt(index - 1), text.charCodeAt(index)];
  return isSimple(before) && isSimple(after) && !(before === CR && after === LF);
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * Whether a code unit is a character that forms a grapheme with no other simple one, but for CR LF: ASCII, letters of
 * Latin, Greek and Cyrillic, kana, CJK ideographs and Hangul syllables.
 */
function isSimple(unit: number): boolean {
  if (unit < 0x300) return unit < 0x80 || unit >= 0xc0;
  return (
    (unit >= 0x370 && unit < 0x483) ||
    (unit >= 0x3041 && unit < 0x3097) ||
    (unit >= 0x30a1 && unit < 0x30fb) ||
    (unit >= 0x4e00 && unit < 0xa000) ||
    (unit >= 0xac00 && unit <= 0xd7a3)
  );
}

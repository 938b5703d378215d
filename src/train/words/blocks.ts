import type { IdSentence } from "./corpus-ids";
import { appendWords, type Pending, padEnd, pendingWords, type WindowOptions, withoutFirst } from "./pending-words";

/** What a training step computes on: some segments of text, each with the words around it and negatives of its own. */
export interface BlockShape {
  /** Segments in a block. */
  readonly segments: number;
  /** Words in a segment; each is in the middle of one window. */
  readonly centres: number;
  /** Negative words, which the windows of a segment share. */
  readonly negatives: number;
  /** The largest window, on each side. */
  readonly window: number;
}

/** One block, as the step takes it. */
export interface Block {
  /** The words of a segment, `window` words before it and `window` after it: `[segments, centres + 2 · window]`. */
  readonly inputs: Int32Array;
  /** The words of a segment, then its negatives: `[segments, centres + negatives]`. */
  readonly outputs: Int32Array;
  /** Whether an input word is in the window of a centre word: `[segments, centres + 2 · window, centres]`. */
  readonly isContext: Uint8Array;
  /** How many centre words have a context. */
  readonly windows: number;
  /** How many words of the corpus were read until the block was full. */
  readonly read: number;
}

export interface BlockOptions extends BlockShape, WindowOptions {
  /** Draws the negatives of the next block, `[segments · negatives]`. */
  drawNegatives(): Int32Array;
}

/** Longer sentences are cut, and no pair crosses the cut. gensim drops what is beyond this limit. */
export const LONGEST_SENTENCE = 10_000;

/**
 * Cuts a stream of sentences into blocks. Segments go on over the ends of sentences, windows do not: so short sentences
 * fill a segment as long ones do. The places of the last block that no word fills have empty windows.
 */
export function* blocksOf(sentences: Iterable<IdSentence>, options: BlockOptions): Generator<Block> {
  const { segments, centres, window } = options;
  const pending = pendingWords(2 * (LONGEST_SENTENCE + centres + 2 * window), window);
  let filling = { ...emptyBlock(options), filled: 0, windows: 0 };
  let read = 0;
  const fill = function* (from: number): Generator<Block> {
    addSegment(filling, pending, from, options);
    if (filling.filled === segments) yield finish();
  };
  const finish = (): Block => {
    const { filled: _, ...block } = filling;
    addNegatives(block.outputs, options);
    filling = { ...emptyBlock(options), filled: 0, windows: 0 };
    return { ...block, read };
  };
  for (const { ids, words } of sentences) {
    read += words;
    for (let begin = 0; begin < ids.length; begin += LONGEST_SENTENCE) {
      appendWords(pending, ids.subarray(begin, begin + LONGEST_SENTENCE), options);
      let from = window;
      for (; from + centres + window <= pending.length; from += centres) yield* fill(from);
      withoutFirst(pending, from - window);
    }
  }
  const end = pending.length;
  padEnd(pending, centres + window);
  for (let from = window; from < end; from += centres) yield* fill(from);
  if (filling.filled > 0) yield finish();
}

type Arrays = Omit<Block, "read" | "windows">;

function emptyBlock({ segments, centres, negatives, window }: BlockShape): Arrays {
  const width = centres + 2 * window;
  return {
    inputs: new Int32Array(segments * width),
    outputs: new Int32Array(segments * (centres + negatives)),
    isContext: new Uint8Array(segments * width * centres),
  };
}

/** Adds the segment whose first centre stands at `from`. */
function addSegment(
  block: Arrays & { filled: number; windows: number },
  { ids, first, last }: Pending,
  from: number,
  { centres, negatives, window }: BlockShape,
): void {
  const width = centres + 2 * window;
  const begin = from - window;
  const row = block.filled++ * width;
  block.inputs.set(ids.subarray(begin, begin + width), row);
  block.outputs.set(ids.subarray(from, from + centres), (row / width) * (centres + negatives));
  for (let centre = 0; centre < centres; centre++) {
    const begins = first[from + centre] as number;
    const ends = last[from + centre] as number;
    if (begins < ends) block.windows++;
    for (let at = begins; at <= ends; at++) {
      if (at !== from + centre) block.isContext[(row + at - begin) * centres + centre] = 1;
    }
  }
}

function addNegatives(outputs: Int32Array, { segments, centres, negatives, drawNegatives }: BlockOptions): void {
  const drawn = drawNegatives();
  for (let segment = 0; segment < segments; segment++) {
    const own = drawn.subarray(segment * negatives, (segment + 1) * negatives);
    outputs.set(own, segment * (centres + negatives) + centres);
  }
}

import type { Buffer, Instruction, Place } from "./instructions";

/** A vector of 64 bytes that begins at a multiple of 64 bytes is read at once. */
const ALIGNMENT = 16;
const NUMBERS = 16; // of an instruction: its code and 15 operands

/** Where the buffers of a plan lie. */
export interface Arena {
  readonly words: number;
  /** The word that a place is. */
  at(place: Place): number;
}

/**
 * Gives each buffer its words: kept buffers have words of their own; the others share them where one is no longer needed
 * when another is first written.
 *
 * @param kept buffers whose words nothing may share, though they are computed by calls
 */
export function arenaFor(
  once: readonly Instruction[],
  each: readonly Instruction[],
  places: readonly Place[],
  kept: ReadonlySet<Buffer>,
): Arena {
  const at = new Map<Buffer, number>();
  const free = new FreeWords();
  const keep = (buffer: Buffer) => {
    if (!at.has(buffer)) at.set(buffer, free.take(rounded(buffer.words)));
  };
  const isKept = (buffer: Buffer) => buffer.isKept || kept.has(buffer);
  for (const { buffer } of places) keep(buffer);
  for (const instruction of [...once, ...each])
    for (const buffer of buffersOf(instruction)) if (isKept(buffer)) keep(buffer);
  for (const instruction of once) buffersOf(instruction).forEach(keep);
  const last = new Map<Buffer, number>();
  each.forEach((instruction, i) => {
    for (const buffer of buffersOf(instruction)) last.set(buffer, i);
  });
  each.forEach((instruction, i) => {
    const buffers = buffersOf(instruction);
    buffers.forEach(keep);
    for (const buffer of new Set(buffers)) {
      if (last.get(buffer) === i && !isKept(buffer)) free.give(at.get(buffer) as number, rounded(buffer.words));
    }
  });
  return { words: free.end, at: ({ buffer, offset }) => (at.get(buffer) as number) + offset };
}

/** The instructions as the addon takes them. */
export function encoded(instructions: readonly Instruction[], arena: Arena): Int32Array {
  const numbers = new Int32Array(instructions.length * NUMBERS);
  instructions.forEach(({ code, operands }, i) => {
    const words = operands.map((operand) => (typeof operand === "number" ? operand : arena.at(operand)));
    numbers.set([code, ...words], i * NUMBERS);
  });
  return numbers;
}

const buffersOf = ({ operands }: Instruction): Buffer[] =>
  operands.flatMap((operand) => (typeof operand === "number" ? [] : [operand.buffer]));

const rounded = (words: number) => Math.ceil(words / ALIGNMENT) * ALIGNMENT;

/** Which words nothing needs now. */
class FreeWords {
  /** In order, none next to another. */
  private runs: { begin: number; words: number }[] = [];
  /** All words from here on are free. */
  end = 0;

  take(words: number): number {
    const run = this.runs.find((each) => each.words >= words);
    if (run === undefined) {
      this.end += words;
      return this.end - words;
    }
    const { begin } = run;
    run.begin += words;
    run.words -= words;
    this.runs = this.runs.filter((each) => each.words > 0);
    return begin;
  }

  give(begin: number, words: number): void {
    const runs = [...this.runs, { begin, words }].sort((a, b) => a.begin - b.begin);
    this.runs = [];
    for (const run of runs) {
      const before = this.runs.at(-1);
      if (before !== undefined && before.begin + before.words === run.begin) before.words += run.words;
      else this.runs.push({ ...run });
    }
  }
}

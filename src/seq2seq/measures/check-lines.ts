import { ArgumentError, describe } from "../../arguments";

/** The right text for a hypothesis, or several of them. Their number may differ from line to line. */
export type Reference = string | readonly string[];

/** A hypothesis and its references, checked. */
export interface CheckedLine<T> {
  readonly hypothesis: T;
  readonly references: readonly T[];
}

/** A kind of line that a measure takes: how errors call it, and what is one. */
export interface LineKind<T> {
  readonly name: string;
  isOne(value: unknown): value is T;
}

/** Lines of text. */
export const TEXT: LineKind<string> = {
  name: "a text",
  isOne: (value) => typeof value === "string",
};

const IDS: LineKind<Int32Array> = {
  name: "an Int32Array of token ids",
  isOne: (value) => value instanceof Int32Array,
};

/** The kind of the first line, text or ids, which all lines must have: a text never equals ids. */
export function kindOf(lines: readonly (string | Int32Array)[]): LineKind<string | Int32Array> {
  const [first] = Array.isArray(lines) ? lines : [];
  return typeof first === "string" ? TEXT : IDS.isOne(first) ? IDS : { ...TEXT, name: `${TEXT.name} or ${IDS.name}` };
}

/**
 * Checks that hypotheses and references are lists of the same length, and not empty, of lines of the right kind.
 *
 * @param where the public function, for messages
 * @returns each hypothesis with its references
 * @throws ArgumentError naming the list and the line
 */
export function checkLines<T>(
  where: string,
  hypotheses: readonly T[],
  references: readonly (T | readonly T[])[],
  kind: LineKind<T>,
): CheckedLine<T>[] {
  for (const [name, list] of Object.entries({ hypotheses, references })) {
    if (!Array.isArray(list))
      throw new ArgumentError(where, name, `a list, ${kind.name} for each line`, describe(list));
  }
  if (hypotheses.length === 0) throw new ArgumentError(where, "hypotheses", "at least one line", "none");
  if (references.length !== hypotheses.length) {
    const expected = `${hypotheses.length} entries, one for each hypothesis (several references of one are a list)`;
    throw new ArgumentError(where, "references", expected, `${references.length}`);
  }
  return Array.from(hypotheses, (hypothesis, i) => {
    checkLine(where, `hypotheses[${i}]`, hypothesis, kind);
    return { hypothesis, references: listOf(where, `references[${i}]`, references[i], kind) };
  });
}

function listOf<T>(where: string, name: string, reference: unknown, kind: LineKind<T>): readonly T[] {
  if (!Array.isArray(reference)) {
    checkLine(where, name, reference, kind);
    return [reference];
  }
  if (reference.length === 0) throw new ArgumentError(where, name, "at least one reference", "none");
  const list: readonly unknown[] = reference;
  return Array.from(list, (one, i) => {
    checkLine(where, `${name}[${i}]`, one, kind);
    return one;
  });
}

function checkLine<T>(where: string, name: string, value: unknown, kind: LineKind<T>): asserts value is T {
  if (!kind.isOne(value)) throw new ArgumentError(where, name, kind.name, describe(value));
}

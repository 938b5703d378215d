import { ArgumentError } from "../../arguments";
import { IndexRangeError } from "../../compile/internal";
import { WHERE } from "./options";
import type { Sources } from "./sources";

/**
 * Runs a function of a batch of sources. A look-up that refuses an index, such as an Embedding's, names a position among its own
 * indices; the error is replaced by one that names the source.
 *
 * @throws ArgumentError naming the source and the place of the index in it; the errors of `run`
 */
export function locateIndexErrors<T>({ valuesAt }: Sources, indices: readonly number[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    const wrong = wrongIndexOf(error);
    if (wrong === undefined) throw error;
    for (const index of [...indices].sort((a, b) => a - b)) {
      const at = Array.from(valuesAt(index)).indexOf(wrong.value);
      if (at < 0) continue;
      throw new ArgumentError(WHERE, `sources[${index}][${at}]`, `an index from ${wrong.expected}`, `${wrong.value}`);
    }
    throw error; // the model computed the index
  }
}

/** The index that an error of a compiled look-up, or of an Embedding, is about. */
function wrongIndexOf(error: unknown): { readonly value: number; readonly expected: string } | undefined {
  if (error instanceof IndexRangeError) return { value: error.value, expected: `0 to ${error.size - 1}` };
  if (!(error instanceof ArgumentError) || error.argument !== "ids") return undefined;
  const id = /^-?\d+(?= at |$)/.exec(error.actual)?.[0];
  return id === undefined ? undefined : { value: Number(id), expected: error.expected };
}

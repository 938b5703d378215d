import { stream } from "../../compile";
import * as tf from "../../tf";
import type { StopWatch } from "../stop";
import type { LanguageReader } from "./language-model";

/** Tokens of a prompt that are read in one call, which bounds the memory that their logits take. */
const CHUNK = 128;

/** Reads one token of each row after the other. */
export interface TokenSteps {
  /** @returns the logits after these tokens, `[rows · vocabulary]` */
  next(ids: readonly number[]): Float32Array;
  dispose(): void;
}

/** Steps one operation at a time. They own the state, and dispose it. */
export function eagerSteps(
  reader: LanguageReader,
  begin: readonly tf.Tensor[],
): TokenSteps & {
  readonly state: readonly tf.Tensor[];
  /** Reads several tokens of each row, row by row. */
  readAll(ids: ArrayLike<number>, rows: number): Float32Array;
} {
  let state = begin;
  const readAll = (ids: ArrayLike<number>, rows: number) => {
    const [logits, ...next] = tf.tidy(() => {
      const x = tf.tensor2d(Int32Array.from(ids), [rows, ids.length / rows], "int32");
      const made = reader.read(x, state);
      return [made.logits, ...made.state].map((each) => tf.clone(each)); // a model may return what it was given
    });
    tf.dispose([...state]);
    state = next;
    const values = (logits as tf.Tensor).dataSync<"float32">();
    tf.dispose(logits as tf.Tensor);
    return values;
  };
  return {
    get state() {
      return state;
    },
    readAll,
    next: (ids) => readAll(ids, ids.length),
    dispose: () => tf.dispose([...state]),
  };
}

/** Steps that are runs of one graph, which keeps the state in its session from token to token. */
export function compiledSteps(reader: LanguageReader, begin: readonly tf.Tensor[]): TokenSteps {
  const state = begin.map((each) => tf.variable(each, false));
  tf.dispose([...begin]);
  const step = stream(
    (before: tf.Tensor[], x: tf.Tensor2D) => {
      const { logits, state: next } = reader.read(x, before);
      return { output: logits, state: next };
    },
    { variables: reader.model.variables, state },
  );
  return {
    next(ids) {
      const x = tf.tensor2d(Int32Array.from(ids), [ids.length, 1], "int32");
      const logits = step(x);
      const values = logits.dataSync<"float32">();
      tf.dispose([x, logits]);
      return values;
    },
    dispose() {
      step.dispose();
      tf.dispose(state);
    },
  };
}

/** What a prompt leads to. */
export interface AfterPrompt {
  /** The logits of what comes next, `[vocabulary]`. */
  readonly logits: Float32Array;
  /** The state of one row; the caller disposes it. */
  readonly state: readonly tf.Tensor[];
}

/**
 * Reads a prompt one operation at a time: a graph for a prompt's length would take longer than the prompt.
 *
 * @returns undefined when it was stopped
 */
export async function readPrompt(
  reader: LanguageReader,
  ids: Int32Array,
  watch: StopWatch,
): Promise<AfterPrompt | undefined> {
  const steps = eagerSteps(reader, reader.initialState());
  try {
    let logits = new Float32Array();
    for (let begin = 0; begin < ids.length && watch.reason === undefined; begin += CHUNK) {
      logits = Float32Array.from(steps.readAll(ids.subarray(begin, begin + CHUNK), 1));
      await watch.yieldIfDue();
    }
    if (watch.reason === undefined) return { logits, state: steps.state };
  } catch (error) {
    steps.dispose();
    throw error;
  }
  steps.dispose();
  return undefined;
}

/** Repeats the state of one row. It disposes the one row. */
export function repeated(state: readonly tf.Tensor[], rows: number): readonly tf.Tensor[] {
  if (rows === 1) return state;
  const made = state.map((each) => tf.tile(each, [rows, ...each.shape.slice(1).map(() => 1)]));
  tf.dispose([...state]);
  return made;
}

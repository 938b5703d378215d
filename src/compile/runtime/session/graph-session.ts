import type { Metadata, NativeValues } from "../../engine/backend";

/**
 * A graph that TensorFlow keeps, with values of its variables. There are two ways in: our own addon (`native-session.ts`)
 * and, where it could not be built, tfjs-node's loader of SavedModels (`saved-model-session.ts`).
 */
export interface GraphSession {
  /** Prepares calls that feed these inputs and fetch these outputs, each by its name in the graph. */
  prepare(inputs: readonly string[], outputs: readonly string[]): GraphCall;
  /** Whether values are as good an input as a tensor's id; else a tensor is made of them at each call. */
  readonly takesValues: boolean;
  /** Frees the graph. No run may be in flight. */
  close(): void;
}

/** An input of a call: the id of a tensor of tfjs-node, or numbers. */
export type CallInput = number | NativeValues;

/** A call of a graph, to be run many times. */
export interface GraphCall {
  /** @throws Error with TensorFlow's message */
  run(inputs: readonly CallInput[]): CallOutputs;
  /**
   * Runs on another thread, while JavaScript goes on; on the way without the addon, at once. Memory of the inputs may be freed
   * as soon as this function returns.
   */
  start(inputs: readonly CallInput[]): StartedCall;
}

/** A run that has begun. */
export interface StartedCall {
  /** Fulfilled when the run has ended, well or not. */
  readonly ended: Promise<void>;
  /** Waits for the end of the run, well or not, and JavaScript waits too. */
  wait(): void;
  /** What the run made; where it has not ended, JavaScript waits. To be called once. @throws Error with TensorFlow's message */
  outputs(): CallOutputs;
}

/** What a run made, in native memory. Each output is taken once. */
export interface CallOutputs {
  /** Copies the first outputs to JavaScript, and frees them. */
  read(count: number): NativeValues[];
  /** Gives the outputs that were not read to tfjs-node. */
  give(): Metadata[];
}

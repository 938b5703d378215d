import { nameWeights } from "../../arguments";
import { type Checkpoint, DataError, type Json, type JsonRecord, type NumericArray } from "../../data";
import { ArgumentError, type Named, namedWeights, type Optimizer } from "../../rnn";
import * as tf from "../../tf";

/** The variables of a model, by name. */
export type Weights = Readonly<Record<string, tf.Variable>>;

/**
 * Everything that a training changes, for a training loop of your own. (`Training` of unroll/rnn is { seed, step } of
 * one step.)
 */
export interface ResumableTraining {
  /** The weights, as `weightsOf` names them. */
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  /** The compiled step, or any other object that counts iterations: random numbers depend on the count. */
  readonly step: { iteration: number };
  /**
   * The seed of the batches' order and of the step. A checkpoint with another seed is refused, because the training
   * would continue with other batches.
   */
  readonly seed: number;
}

/** The progress of a training. */
export interface Progress {
  /** The current epoch, counted from 0. */
  readonly epoch: number;
  /** The number of batches of this epoch that are done. */
  readonly batch: number;
  /** The state of callbacks (patience, a reduced learning rate), by their names. Default: none. */
  readonly callbacks?: JsonRecord;
}

/**
 * The weights of cells and layers by name: the part's name, a slash, and the name that TensorFlow 1.x gives the
 * weight.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 28, numUnits: 64 });
 *   const head = new Dense({ inputSize: 64, outputSize: 10 });
 *   const weights = weightsOf({ rnn: cell, head }); // "rnn/gru_cell/gates/kernel", …, "head/dense/bias"
 *
 * @throws ArgumentError when a part has variables without names
 */
export function weightsOf(parts: Readonly<Record<string, Named>>): Weights {
  const entries = Object.entries(parts).flatMap(([part, named]) =>
    Object.entries(namedWeights(named)).map(([name, variable]) => [`${part}/${name}`, variable] as const),
  );
  const weights = Object.fromEntries(entries);
  nameWeights(weights);
  return weights;
}

/**
 * Copies the state from which a training can continue, as a checkpoint stores it: the weights, the optimizer's slots
 * and numbers, the iteration, the seed and the progress.
 *
 * @example
 *   const weights = weightsOf({ rnn: new GRUCell({ inputSize: 3, numUnits: 4 }) });
 *   const training = { weights, optimizer: new AdamOptimizer(), step: { iteration: 0 }, seed: 42 };
 *   const captured = captureTraining(training, { epoch: 0, batch: 0 });
 *   await writeCheckpoint("runs/own", { number: training.step.iteration, ...captured });
 *
 * @throws DataError when a weight has the name of another weight's slot
 */
export function captureTraining(
  { weights, optimizer, step, seed }: ResumableTraining,
  { epoch, batch, callbacks = {} }: Progress,
): Pick<Checkpoint, "tensors" | "state"> {
  const { tensors: slots, numbers } = optimizer.state(weights);
  const tensors: Record<string, NumericArray> = Object.create(null);
  for (const [name, variable] of Object.entries(weights)) tensors[name] = arrayOf(variable);
  for (const [name, slot] of Object.entries(slots)) {
    if (name in tensors) throw new DataError("captureTraining", "weights", "none called as a slot", name);
    tensors[name] = slot;
  }
  return { tensors, state: { iteration: step.iteration, seed, epoch, batch, optimizer: numbers, callbacks } };
}

/**
 * Restores a training from a checkpoint. The training continues as if it had never stopped: with the same batches,
 * settings and number of shards every number is the same, bit for bit.
 *
 * @example
 *   const weights = weightsOf({ rnn: new GRUCell({ inputSize: 3, numUnits: 4 }) });
 *   const training = { weights, optimizer: new AdamOptimizer(), step: { iteration: 0 }, seed: 42 };
 *   const checkpoint = await latestCheckpoint("runs/own");
 *   const { epoch, batch } = checkpoint ? restoreTraining(training, checkpoint) : { epoch: 0, batch: 0 };
 *
 * @returns the position at which to continue, and the state of the callbacks
 * @throws DataError naming the first difference when the checkpoint belongs to another model, optimizer or seed;
 *   nothing is changed then
 */
export function restoreTraining(training: ResumableTraining, checkpoint: Checkpoint): Required<Progress> {
  const { weights, optimizer, step, seed } = training;
  const { path, tensors, state } = checkpoint;
  const count = (name: string) => countIn(state, name, path);
  const [iteration, epoch, batch] = [count("iteration"), count("epoch"), count("batch")];
  if (state.seed !== seed) throw new DataError(path, "seed", `${seed}`, String(state.seed));
  const [numbers, callbacks] = [recordIn(state, "optimizer", path), recordIn(state, "callbacks", path)];
  for (const [name, variable] of Object.entries(weights)) checkWeight(name, variable, tensors[name], path);
  const slots = Object.fromEntries(Object.entries(tensors).filter(([name]) => !Object.hasOwn(weights, name)));
  try {
    optimizer.restore(weights, { tensors: slots, numbers: numbers as Readonly<Record<string, number>> });
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new DataError(path, `${error.where} ${error.argument}`, error.expected, error.actual);
  }
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(weights)) {
      variable.assign(tf.tensor((tensors[name] as NumericArray).data.slice(), variable.shape));
    }
  });
  step.iteration = iteration;
  return { epoch, batch, callbacks };
}

function arrayOf(variable: tf.Variable): NumericArray {
  // a copy: memory may be shared
  return { data: Float32Array.from(variable.dataSync()), shape: variable.shape.slice() };
}

function checkWeight(name: string, variable: tf.Variable, array: NumericArray | undefined, path: string): void {
  const isFloat = array?.data instanceof Float32Array;
  if (isFloat && array.shape.join() === variable.shape.join()) return;
  const actual = array === undefined ? "none" : `${isFloat ? "float32" : "another type"} of shape [${array.shape}]`;
  throw new DataError(path, `weight ${name}`, `float32 of shape [${variable.shape}]`, actual);
}

function countIn(state: JsonRecord, name: string, path: string): number {
  const value = state[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new DataError(path, `state.${name}`, "a whole number from 0 up", shown(value));
}

function recordIn(state: JsonRecord, name: string, path: string): JsonRecord {
  const value = state[name];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonRecord;
  throw new DataError(path, `state.${name}`, "a record", shown(value));
}

const shown = (value: Json | undefined) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80));

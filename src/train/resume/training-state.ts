import { type Checkpoint, DataError, type Json, type JsonRecord, type NumericArray } from "../../data";
import { ArgumentError, type Named, namedWeights, type Optimizer } from "../../rnn";
import * as tf from "../../tf";

/** The variables of a model, by name. */
export type Weights = Readonly<Record<string, tf.Variable>>;

/** What changes while a model is trained. */
export interface ResumableTraining {
  /** As `weightsOf` names them. */
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  /** The compiled step, or whatever counts iterations: what is drawn at random depends on them. */
  readonly step: { iteration: number };
  /** The seed of the batches' order and of the step. A checkpoint of another seed is refused: it would go on otherwise. */
  readonly seed: number;
}

/** How far a training has come. */
export interface Progress {
  /** The epoch at work, from 0. */
  readonly epoch: number;
  /** How many of its batches are done. */
  readonly batch: number;
  /** What callbacks (patience, a reduced learning rate) know, by their names. */
  readonly callbacks?: JsonRecord;
}

/**
 * The weights of cells and layers by name: the part's name here, a slash, and TensorFlow 1.x's name in it.
 *
 *   weightsOf({ rnn: cell, head })  →  "rnn/gru_cell/gates/kernel", …, "head/dense/bias"
 *
 * @throws ArgumentError when a part has variables without names
 */
export function weightsOf(parts: Readonly<Record<string, Named>>): Weights {
  const entries = Object.entries(parts).flatMap(([part, named]) =>
    Object.entries(namedWeights(named)).map(([name, variable]) => [`${part}/${name}`, variable] as const),
  );
  return Object.fromEntries(entries);
}

/**
 * All that a training goes on from, as a checkpoint keeps it: copies of the weights and the optimizer's slots, and in
 * the state its numbers, the iteration, the seed and the progress.
 *
 *   await writeCheckpoint(folder, { number: step.iteration, ...captureTraining(training, { epoch, batch }) });
 *
 * @throws DataError when a weight is called as a slot of another
 */
export function captureTraining(
  { weights, optimizer, step, seed }: ResumableTraining,
  { epoch, batch, callbacks = {} }: Progress,
): Pick<Checkpoint, "tensors" | "state"> {
  const { tensors: slots, numbers } = optimizer.state(trainable(weights));
  const tensors: Record<string, NumericArray> = Object.create(null);
  for (const [name, variable] of Object.entries(weights)) tensors[name] = arrayOf(variable);
  for (const [name, slot] of Object.entries(slots)) {
    if (name in tensors) throw new DataError("captureTraining", "weights", "none called as a slot", name);
    tensors[name] = slot;
  }
  return { tensors, state: { iteration: step.iteration, seed, epoch, batch, optimizer: numbers, callbacks } };
}

/**
 * Puts a training where a checkpoint left it. It goes on as if it had never stopped: with the same batches, settings and
 * number of shards every number is the same, bit for bit.
 *
 * @returns where to go on in the data, and what the callbacks know
 * @throws DataError naming the first difference when the checkpoint is of another model, optimizer or seed; nothing is
 *   changed then
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
    optimizer.restore(trainable(weights), { tensors: slots, numbers: numbers as Readonly<Record<string, number>> });
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

/** Frozen weights are kept too, but have no slots. */
const trainable = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).filter(([, variable]) => variable.trainable));

function arrayOf(variable: tf.Variable): NumericArray {
  return { data: Float32Array.from(variable.dataSync()), shape: variable.shape.slice() }; // a copy: memory may be shared
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
  throw new DataError(path, `state.${name}`, "a whole number from 0 up", told(value));
}

function recordIn(state: JsonRecord, name: string, path: string): JsonRecord {
  const value = state[name];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonRecord;
  throw new DataError(path, `state.${name}`, "a record", told(value));
}

const told = (value: Json | undefined) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80));

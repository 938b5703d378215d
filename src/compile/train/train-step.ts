import { describe } from "../../arguments";
import * as tf from "../../tf";
import { checkList } from "../check-given";
import { CompileError } from "../errors";
import type { FunctionGraph } from "../runtime/function-graph";
import { inBackground } from "../runtime/in-background";
import { type Arguments, Shared } from "../shared";
import type { BatchOf, DeclaresTraining, StepLoss } from "./loss/loss-terms";
import type { PartsOf, StepResult } from "./loss/step-result";
import type { TrainStepOptions } from "./options";
import { type Batch, type StepRunner, stepRunner } from "./step-runner";

/** A compiled training step: it computes the loss and its gradients, and updates the weights. */
export interface TrainStep<Batch extends unknown[], Result = number> {
  /**
   * Trains on one batch.
   *
   * @returns the loss before the update; for a loss that returns parts or further tensors, see `StepResult`
   * @throws CompileError, and StepNotFiniteError with `guard`: see `trainStep`
   */
  (...batch: Arguments<Batch>): Result;
  /**
   * The same, on another thread: JavaScript goes on meanwhile, so that timers and servers live. The numbers are the same bits.
   * Whoever reads a weight during the step waits for its end and sees the new value, and JavaScript waits with them; so does
   * another call of the step, and `dispose`. The batch may be disposed at once. Without the native addon (see `unroll setup`) the
   * step runs at once, as the call without promise.
   *
   * @returns a promise of what the call returns, rejected where the call throws
   */
  callAsync(...batch: Arguments<Batch>): Promise<Result>;
  /** The number of steps done; random numbers depend on it. Set it to continue an earlier training. */
  iteration: number;
  /** The graph of the step that ran last, with readable names. @throws CompileError before the first step */
  graph(): FunctionGraph;
  /** Closes its sessions. The variables and the optimizer stay alive. */
  dispose(): void;
}

/**
 * Compiles a training step to one native graph: forward pass, backpropagation through time, and the optimizer's update, on
 * shards of the batch that run in parallel on all cores.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 8 });
 *   const head = new Dense({ inputSize: 8, outputSize: 5 });
 *   const loss = (x: tf.Tensor3D, y: tf.Tensor1D) =>
 *     sparseSoftmaxCrossEntropyWithLogits(y, head.call(dynamicRnn(cell, x)[1])); // one term for each example
 *   const variables = [...cell.variables, ...head.variables];
 *   const step = trainStep(loss, { variables, optimizer: new AdamOptimizer() });
 *   console.log(step(tf.ones([32, 20, 3]), tf.zeros([32], "int32")));
 *
 * The first step on a batch of new shapes or types calls the loss a few times and records its operations; later steps run
 * the graph. So a JavaScript number in the loss is baked into the graph at that first step: a number that changes is to be
 * an argument, as a scalar tensor. All tensors of a batch are split into shards along their first axis, except scalars and
 * those that the call passes as `shared(t)`.
 *
 * A weight or a slot has one value, wherever it was written last: this step, eager operations, assignments and other
 * compiled functions all see each other's writes.
 *
 * The loss of an example may depend on that example alone. A mean over the batch (batch normalisation, contrastive losses)
 * would be a mean over a shard. The first step on a batch of new shapes compares the loss of the whole batch with that of the
 * shards, and refuses such a loss before a weight moves. With `shards: 1`, or a loss that returns a scalar, it is the mean over
 * the batch.
 *
 * A loss of several parts returns a record of them, and the step minimises Σ wₖ·(sumₖ / countₖ). A loss may also return
 * further tensors, `{ loss, aux }`. The step then returns more than a number, see `StepResult`:
 *
 * @example
 *   const layer = new Dense({ inputSize: 3, outputSize: 2 });
 *   const loss = (x: tf.Tensor2D, y: tf.Tensor2D) => {
 *     const outputs = layer.call(x);
 *     return { loss: { error: tf.squaredDifference(outputs, y), size: tf.abs(outputs) }, aux: { outputs } };
 *   };
 *   const options = { variables: layer.variables, optimizer: new AdamOptimizer(), lossWeights: { size: 0.01 } };
 *   const { parts, aux } = trainStep(loss, options)(tf.ones([32, 3]), tf.zeros([32, 2]));
 *   console.log(parts.error.sum / parts.error.count, aux.outputs.shape);
 *
 * @param loss from a batch's tensors to its terms, one for each example, or to `{ terms, live }` or `{ sum, count }`, or to a record of such
 *   parts, or to `{ loss, aux }`; a further parameter takes a `StepTraining`, for dropout
 * @throws CompileError when an option is wrong; and, at a step, when the loss cannot become a graph, the batch's tensors
 *   differ in their first size, or the loss of the whole batch is not that of its shards
 * @throws StepNotFiniteError at a step, with `guard`, when the loss or a gradient is not finite
 * @throws ArgumentError when an optimizer of `unroll/rnn` has stepped with other weights before
 */
export function trainStep<Loss extends StepLoss>(
  loss: Loss & DeclaresTraining<Loss>,
  options: TrainStepOptions<PartsOf<Loss>>,
): TrainStep<BatchOf<Loss>, StepResult<Loss>> {
  const given = (batch: Arguments<BatchOf<Loss>>) => ({ given: batch as unknown as Batch });
  return countingStep<BatchOf<Loss>, Loss>(stepRunner(loss, options, false), given);
}

/**
 * The same on resident data: a batch is given by row indices, and its rows are gathered inside the graph. So no batch is
 * copied through JavaScript.
 *
 * @example
 *   const head = new Dense({ inputSize: 3, outputSize: 1 });
 *   const loss = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.squaredDifference(head.call(x), y);
 *   const data: [tf.Tensor2D, tf.Tensor2D] = [tf.ones([2000, 3]), tf.zeros([2000, 1])];
 *   const step = trainStepOnRows(data, loss, { variables: head.variables, optimizer: new AdamOptimizer() });
 *   console.log(step([17, 4, 1203]));
 *
 * @param data the loss's arguments for all examples, one row for each example, or `shared(t)`; they stay the caller's
 * @throws CompileError as `trainStep`, when the data has a scalar, and, at a step, on an index that is not a row's
 * @throws StepNotFiniteError as `trainStep`
 */
export function trainStepOnRows<Loss extends StepLoss>(
  data: Arguments<BatchOf<Loss>>,
  loss: Loss & DeclaresTraining<Loss>,
  options: TrainStepOptions<PartsOf<Loss>>,
): TrainStep<[rows: ArrayLike<number>], StepResult<Loss>> {
  checkList("trainStepOnRows", "data", data);
  const resident = data as readonly (tf.Tensor | Shared<tf.Tensor>)[];
  checkData(resident);
  return countingStep<[rows: ArrayLike<number>], Loss>(stepRunner(loss, options, true), ([rows]) => {
    checkRows(rows, resident);
    const indices = tf.tensor1d(Int32Array.from(rows), "int32");
    return { given: [...resident, indices], made: indices };
  });
}

/** A step that counts: it is the counter of its runner. @param read the runner's batch, and a tensor that was made for it */
function countingStep<Given extends unknown[], Loss extends StepLoss>(
  { start, dispose, graph }: StepRunner,
  read: (batch: Arguments<Given>) => { readonly given: Batch; readonly made?: tf.Tensor },
): TrainStep<Given, StepResult<Loss>> {
  type Result = StepResult<Loss>; // what the loss returned says which one it is
  const step = (...batch: Arguments<Given>) => {
    const { given, made } = read(batch);
    try {
      return start(step, given).result() as Result;
    } finally {
      made?.dispose();
    }
  };
  const callAsync = async (...batch: Arguments<Given>) => {
    const { given, made } = read(batch);
    try {
      return (await inBackground(given, (kept) => start(step, kept, { inBackground: true }))) as Result;
    } finally {
      made?.dispose();
    }
  };
  step.iteration = 0;
  return Object.assign(step, { callAsync, dispose, graph });
}

function checkData(data: readonly (tf.Tensor | Shared<tf.Tensor>)[]): void {
  data.forEach((given, i) => {
    if (given instanceof Shared || (given instanceof tf.Tensor && given.rank > 0)) return;
    const got = given instanceof tf.Tensor ? "a scalar" : typeof given;
    throw new CompileError(
      `trainStepOnRows: data[${i}]: expected a tensor with a row for each example, or shared(tensor), got ${got}`,
    );
  });
}

function checkRows(rows: ArrayLike<number>, data: readonly (tf.Tensor | Shared<tf.Tensor>)[]): void {
  if (!Number.isInteger(rows?.length)) {
    throw new CompileError(`trainStepOnRows: rows: expected a list of row indices, got ${describe(rows)}`);
  }
  const count = Math.min(...data.map((each) => (each instanceof Shared ? Infinity : (each.shape[0] ?? 0))));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (Number.isInteger(row) && row >= 0 && row < count) continue;
    throw new CompileError(
      `trainStepOnRows: rows[${i}]: expected a row index from 0 to ${count - 1}, got ${describe(row)}`,
    );
  }
}

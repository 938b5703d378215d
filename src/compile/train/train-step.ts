import { describe } from "../../arguments";
import * as tf from "../../tf";
import { checkList } from "../check-given";
import { CompileError } from "../errors";
import type { BatchOf, StepLoss } from "./loss-terms";
import type { TrainStepOptions } from "./options";
import { type StepCounter, type StepRunner, stepRunner } from "./step-runner";

/** A compiled training step: it computes the loss and its gradients, and updates the weights. */
export interface TrainStep<Batch extends unknown[]> {
  /**
   * Trains on one batch.
   *
   * @returns the loss before the update
   * @throws CompileError, and StepNotFiniteError with `guard`: see `trainStep`
   */
  (...batch: Batch): number;
  /** The number of steps done; random numbers depend on it. Set it to continue an earlier training. */
  iteration: number;
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
 * an argument, as a scalar tensor. All tensors of a batch but scalars are split into shards along their first axis.
 *
 * A weight or a slot has one value, wherever it was written last: this step, eager operations, assignments and other
 * compiled functions all see each other's writes.
 *
 * The loss of an example may depend on that example alone. A mean over the batch (batch normalisation, contrastive losses)
 * would be a mean over a shard. With `shards: 1`, or a loss that returns a scalar, it is the mean over the batch.
 *
 * @param loss from a batch's tensors to its terms, one for each example, or to `{ sum, count }`; a further parameter takes
 *   a `StepTraining`, for dropout
 * @throws CompileError when an option is wrong; and, at a step, when the loss cannot become a graph, or the batch's
 *   tensors differ in their first size
 * @throws StepNotFiniteError at a step, with `guard`, when the loss or a gradient is not finite
 */
export function trainStep<Loss extends StepLoss>(loss: Loss, options: TrainStepOptions): TrainStep<BatchOf<Loss>> {
  const run = stepRunner(loss, options, false);
  return countingStep<BatchOf<Loss>>(run, (counter, batch) => run(counter, batch as unknown as tf.Tensor[]));
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
 * @param data the loss's arguments for all examples, one row for each example; they stay the caller's
 * @throws CompileError as `trainStep`, when the data has a scalar, and, at a step, on an index that is not a row's
 * @throws StepNotFiniteError as `trainStep`
 */
export function trainStepOnRows<Loss extends StepLoss>(
  data: BatchOf<Loss>,
  loss: Loss,
  options: TrainStepOptions,
): TrainStep<[rows: ArrayLike<number>]> {
  checkList("trainStepOnRows", "data", data);
  const resident = data as unknown as tf.Tensor[];
  checkData(resident);
  const run = stepRunner(loss, options, true);
  return countingStep<[rows: ArrayLike<number>]>(run, (counter, [rows]) => {
    checkRows(rows, resident);
    const indices = tf.tensor1d(Int32Array.from(rows), "int32");
    try {
      return run(counter, [...resident, indices]);
    } finally {
      indices.dispose();
    }
  });
}

/** A step that counts: it is the counter of its runner. */
function countingStep<Batch extends unknown[]>(
  { dispose }: StepRunner,
  call: (counter: StepCounter, batch: Batch) => number,
): TrainStep<Batch> {
  const step = (...batch: Batch): number => call(step, batch);
  step.iteration = 0;
  return Object.assign(step, { dispose });
}

function checkData(data: readonly tf.Tensor[]): void {
  data.forEach((tensor, i) => {
    if (tensor instanceof tf.Tensor && tensor.rank > 0) return;
    const got = tensor instanceof tf.Tensor ? "a scalar" : typeof tensor;
    throw new CompileError(`trainStepOnRows: data[${i}]: expected a tensor with a row for each example, got ${got}`);
  });
}

function checkRows(rows: ArrayLike<number>, data: readonly tf.Tensor[]): void {
  if (!Number.isInteger(rows?.length)) {
    throw new CompileError(`trainStepOnRows: rows: expected a list of row indices, got ${describe(rows)}`);
  }
  const count = Math.min(...data.map(({ shape }) => shape[0] ?? 0));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (Number.isInteger(row) && row >= 0 && row < count) continue;
    throw new CompileError(
      `trainStepOnRows: rows[${i}]: expected a row index from 0 to ${count - 1}, got ${describe(row)}`,
    );
  }
}

import { describe } from "../../arguments";
import * as tf from "../../tf";
import { checkGiven, checkList } from "../check-given";
import type { NativeValues } from "../engine/backend";
import { CompileError } from "../errors";
import { signaturesOf } from "../runtime/signatures";
import { Specializations } from "../runtime/specializations";
import { shardCount } from "../shard/shards";
import { buildStep, type Step, type StepSource } from "./build-step";
import { checkFrozen, checkVariables } from "./check-variables";
import { locateNonFinite } from "./locate-non-finite";
import type { BatchOf, StepLoss } from "./loss-terms";
import type { TrainStepOptions } from "./options";

/** One training step: loss, gradients, update. */
export interface TrainStep<Batch extends unknown[]> {
  /** @returns the loss before the update */
  (...batch: Batch): number;
  /** Steps done so far; random numbers depend on it. May be set, to go on with a training. */
  iteration: number;
  dispose(): void;
}

/**
 * Makes one native graph of a training step: forward, backpropagation through time, and the optimizer's update, cut into
 * shards that run on all cores. The loss is called a few times at the first step with a batch of a new shape, and not again.
 *
 *   const step = trainStep((x, y) => sparseSoftmaxCrossEntropyWithLogits(y, classify(x)), { variables, optimizer });
 *   const loss = step(images, labels);
 *
 * Weights and slots have one value, wherever it was written last: eager calls, assignments and other compiled functions
 * see each other's. All tensors of a batch but scalars are cut along their first axis.
 *
 * An example's terms may look at no other example: means over a batch (batch normalisation, contrastive losses) would be
 * those of a shard. With `shards: 1`, or a loss that returns a scalar, they are the batch's. A number of the host's that the
 * loss uses stays what it was when a batch of that shape first came: what changes is given as a scalar tensor.
 *
 * @throws CompileError when an option is wrong; and, at a step, when the loss cannot be a graph, or the batch's tensors
 *   differ in their first size
 */
export function trainStep<Loss extends StepLoss>(loss: Loss, options: TrainStepOptions): TrainStep<BatchOf<Loss>> {
  const run = stepsOf(loss, options);
  return stepBy<BatchOf<Loss>>(run, (counter, batch) => run(counter, batch as unknown as tf.Tensor[]));
}

/**
 * The same on data that is held: a batch is given by the numbers of its rows, and gathered inside the graph.
 *
 *   const step = trainStepOnRows([images, labels], (x, y) => …, { variables, optimizer });
 *   const loss = step([17, 4, 1203]);
 *
 * @param data tensors of the loss's arguments, all rows of them; they stay the caller's
 * @throws CompileError, at a step, as `trainStep`, and when a row's number is not one
 */
export function trainStepOnRows<Loss extends StepLoss>(
  data: BatchOf<Loss>,
  loss: Loss,
  options: TrainStepOptions,
): TrainStep<[rows: ArrayLike<number>]> {
  checkList("trainStepOnRows", "data", data);
  const held = data as unknown as tf.Tensor[];
  held.forEach((tensor, i) => {
    if (tensor instanceof tf.Tensor && tensor.rank > 0) return;
    const got = tensor instanceof tf.Tensor ? "a scalar" : typeof tensor;
    throw new CompileError(`trainStepOnRows: data[${i}]: expected a tensor with a row for each example, got ${got}`);
  });
  const run = stepsOf(loss, options, held);
  return stepBy<[rows: ArrayLike<number>]>(run, (counter, [rows]) => {
    checkRows(rows, held);
    const numbers = tf.tensor1d(Int32Array.from(rows), "int32");
    try {
      return run(counter, [...held, numbers]);
    } finally {
      numbers.dispose();
    }
  });
}

interface Counter {
  iteration: number;
}
type Run = ((counter: Counter, batch: readonly tf.Tensor[]) => number) & { dispose(): void };

function stepBy<Batch extends unknown[]>(
  { dispose }: Run,
  call: (counter: Counter, batch: Batch) => number,
): TrainStep<Batch> {
  const step = (...batch: Batch): number => call(step, batch);
  step.iteration = 0;
  return Object.assign(step, { dispose });
}

const KNOWN = ["variables", "frozen", "optimizer", "shards", "seed", "guard"];

/** Steps by the shapes of their batches; all of them move the same weights. */
function stepsOf(loss: StepLoss, options: TrainStepOptions, data?: readonly tf.Tensor[]): Run {
  checkGiven("trainStep", loss, options, KNOWN);
  const { variables, frozen = [], optimizer, guard = false, seed = 0 } = options;
  checkList("trainStep", "variables", variables);
  if (!Number.isSafeInteger(seed)) {
    throw new CompileError(`trainStep: seed: expected a whole number, got ${describe(seed)}`);
  }
  if (typeof guard !== "boolean") {
    throw new CompileError(`trainStep: guard: expected true or false, got ${describe(guard)}`);
  }
  if (typeof optimizer?.slotsOf !== "function") {
    throw new CompileError(`trainStep: optimizer: expected one of unroll/rnn's, got ${describe(optimizer)}`);
  }
  checkVariables(variables);
  checkFrozen(frozen, variables);
  if (options.shards !== undefined) shardCount(1, options.shards);
  const steps = new Specializations<Step>("trainStep: the step is disposed");
  const slots = variables.map((variable) => optimizer.slotsOf(variable));
  const [all, allSlots] = [[...variables, ...frozen], slots.flat()];
  const run = (counter: Counter, batch: readonly tf.Tensor[]): number => {
    steps.checkOpen();
    const signatures = signaturesOf(batch, all);
    if (allSlots.some(({ isDisposed }) => isDisposed)) {
      throw new CompileError("trainStep: the optimizer is disposed; make a new one, and a new step with it");
    }
    if (!Number.isInteger(counter.iteration)) {
      throw new CompileError(`trainStep: iteration: expected a whole number, got ${describe(counter.iteration)}`);
    }
    const scalars = optimizer.scalars();
    const source: StepSource = { batch, signatures, slots, scalars: scalars.length, isByRow: data !== undefined };
    const step = steps.for(signatures, () => buildStep(loss, source, options));
    const numbers = [[counter.iteration], scalars];
    const [value, verdict] = step.program.read(batch, numbers) as [NativeValues, NativeValues?];
    const result = value[0] as number;
    if (guard && verdict?.[0] !== 1) throw locateNonFinite(step, source, numbers, counter.iteration, result);
    optimizer.stepped();
    counter.iteration++;
    return result;
  };
  return Object.assign(run, { dispose: () => steps.dispose() });
}

function checkRows(rows: ArrayLike<number>, data: readonly tf.Tensor[]): void {
  if (!Number.isInteger(rows?.length)) {
    throw new CompileError(`trainStepOnRows: rows: expected a list of rows' numbers, got ${describe(rows)}`);
  }
  const count = Math.min(...data.map(({ shape }) => shape[0] ?? 0));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (Number.isInteger(row) && row >= 0 && row < count) continue;
    throw new CompileError(
      `trainStepOnRows: rows[${i}]: expected a row's number, 0 to ${count - 1}, got ${describe(row)}`,
    );
  }
}

import { describe } from "../../arguments";
import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { FunctionGraph } from "../runtime/function-graph";
import type { CallOptions } from "../runtime/program";
import { signaturesOf } from "../runtime/signatures";
import { followedBy, type Started } from "../runtime/started";
import { namingShard } from "../shard/naming-shard";
import { type Shared, tensorsOf } from "../shared";
import { buildStep, type Step } from "./build-step";
import { checkStepOptions } from "./check-options";
import { locateNonFinite } from "./locate-non-finite";
import type { StepLoss } from "./loss/loss-terms";
import { type AnyResult, readCount, resultOf } from "./loss/read-result";
import type { TrainStepOptions } from "./options";
import type { StepSource } from "./step-plan";
import { TrainableChoices } from "./update/trainable-choices";

/** Counts the steps done. */
export interface StepCounter {
  iteration: number;
}

/** The tensors of a batch. */
export type Batch = readonly (tf.Tensor | Shared<tf.Tensor>)[];

/** Runs training steps. */
export interface StepRunner {
  /**
   * Begins a step. A step before it that has not ended is waited for. The batch's tensors must live until the result is asked
   * for. @throws as the result
   */
  start(counter: StepCounter, given: Batch, options?: Pick<CallOptions, "inBackground">): Started<AnyResult>;
  /** The graph of the step that ran last. @throws CompileError before the first step */
  graph(): FunctionGraph;
  dispose(): void;
}

/**
 * Makes a runner, which builds one step for each list of shapes and types that a batch has, and for each choice of weights
 * that are trainable. All of its steps train the same weights and slots.
 *
 * @param isGathered whether a batch is resident data and row indices, gathered inside the graph
 * @throws CompileError when an option is wrong
 */
export function stepRunner(loss: StepLoss, given: TrainStepOptions, isGathered: boolean): StepRunner {
  const options = checkStepOptions(loss, given);
  const { variables, frozen, names, optimizer, guard = false } = options;
  const { accumulation } = optimizer;
  const all = [...variables, ...frozen];
  optimizer.begin?.(all);
  const choices = new TrainableChoices(options);
  let last: Step | undefined;
  let running: Started<AnyResult> | undefined;
  const start: StepRunner["start"] = (counter, given, { inBackground = false } = {}) => {
    settle(running);
    running = undefined;
    const choice = choices.now();
    const { slots, steps } = choice;
    const signatures = signaturesOf(given, all, names);
    const batch = tensorsOf(given);
    const { iteration } = counter;
    checkCall(choice.allSlots, iteration);
    optimizer.begin?.(all);
    accumulation?.begin(choice.options.variables);
    const isUpdate = accumulation?.isLast() ?? true;
    const scalars = accumulation ? [...optimizer.scalars(), isUpdate ? 1 : 0] : optimizer.scalars();
    const source: StepSource = { batch, signatures, slots, scalars: scalars.length, iteration, isGathered };
    const step = steps.for(signatures, () => buildStep(loss, source, choice.options));
    last = step;
    const numbers = [[iteration], scalars];
    const { shape, program, shardSize, batchSize } = step;
    const options = { numbers, read: readCount(shape, guard), inBackground };
    const started = namingShard(shardSize, batchSize, () => program.start(batch, options));
    const ending = followedBy(started, (result) => {
      const { values, tensors } = namingShard(shardSize, batchSize, result);
      const [[loss = Number.NaN] = [], ...others] = values;
      if (guard && others.shift()?.[0] !== 1) {
        tf.dispose([...tensors]);
        throw locateNonFinite(step, source, { names, iteration, loss, numbers, listed: variables });
      }
      if (isUpdate) optimizer.stepped();
      else accumulation?.added();
      counter.iteration++;
      return resultOf(shape, loss, others[0], [...tensors]);
    });
    if (inBackground) running = ending;
    return ending;
  };
  const graph = (): FunctionGraph => {
    if (last === undefined) throw new CompileError("trainStep: graph: expected a step before, got none so far");
    return last.graph();
  };
  const dispose = () => {
    settle(running);
    choices.dispose();
  };
  return { start, graph, dispose };
}

/** Waits for a step. Its error is told by its own result. */
function settle(step: Started<AnyResult> | undefined): void {
  try {
    step?.result();
  } catch {}
}

function checkCall(slots: readonly tf.Variable[], iteration: number): void {
  if (slots.some(({ isDisposed }) => isDisposed)) {
    throw new CompileError("trainStep: the optimizer is disposed; make a new one, and a new step with it");
  }
  if (!Number.isInteger(iteration)) {
    throw new CompileError(`trainStep: iteration: expected a whole number, got ${describe(iteration)}`);
  }
}

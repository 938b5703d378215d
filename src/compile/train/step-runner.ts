import { describe } from "../../arguments";
import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { FunctionGraph } from "../runtime/function-graph";
import { signaturesOf } from "../runtime/signatures";
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

/** Runs training steps. */
export interface StepRunner {
  (counter: StepCounter, given: readonly (tf.Tensor | Shared<tf.Tensor>)[]): AnyResult;
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
  const run = (counter: StepCounter, given: readonly (tf.Tensor | Shared<tf.Tensor>)[]): AnyResult => {
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
    const { shape } = step;
    const call = () => step.program.readFirst(batch, numbers, readCount(shape, guard));
    const [[value, ...others], aux] = namingShard(step.shardSize, step.batchSize, call);
    const result = value?.[0] as number;
    if (guard && others.shift()?.[0] !== 1) {
      tf.dispose(aux);
      throw locateNonFinite(step, source, { names, iteration, loss: result, numbers, listed: variables });
    }
    if (isUpdate) optimizer.stepped();
    else accumulation?.added();
    counter.iteration++;
    return resultOf(shape, result, others[0], aux);
  };
  const graph = (): FunctionGraph => {
    if (last === undefined) throw new CompileError("trainStep: graph: expected a step before, got none so far");
    return last.graph();
  };
  return Object.assign(run, { graph, dispose: () => choices.dispose() });
}

function checkCall(slots: readonly tf.Variable[], iteration: number): void {
  if (slots.some(({ isDisposed }) => isDisposed)) {
    throw new CompileError("trainStep: the optimizer is disposed; make a new one, and a new step with it");
  }
  if (!Number.isInteger(iteration)) {
    throw new CompileError(`trainStep: iteration: expected a whole number, got ${describe(iteration)}`);
  }
}

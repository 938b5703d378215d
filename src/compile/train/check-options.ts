import { describe, weightName } from "../../arguments";
import * as tf from "../../tf";
import { checkGiven } from "../check-given";
import { CompileError } from "../errors";
import { checkThreads } from "../runtime/session/threads";
import { checkGraphs } from "../runtime/specializations";
import { shardCount } from "../shard/shards";
import { type NamedVariables, readVariables } from "../variables";
import type { StepLoss } from "./loss/loss-terms";
import type { StepOptions, TrainStepOptions } from "./options";

const KNOWN = ["variables", "frozen", "optimizer", "shards", "seed", "guard", "lossWeights", "graphs", "threads"];

/**
 * Checks a loss and the options of its step, before the first call.
 *
 * @returns the options, with the variables in lists
 * @throws CompileError naming what is wrong
 */
export function checkStepOptions(loss: StepLoss, options: TrainStepOptions): StepOptions {
  checkGiven("trainStep", loss, options, KNOWN);
  const { optimizer, guard = false, seed = 0, shards, lossWeights = {} } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new CompileError(`trainStep: seed: expected a whole number, got ${describe(seed)}`);
  }
  const { list: variables, names } = readVariables("trainStep", "variables", options.variables);
  const frozen = readVariables("trainStep", "frozen", options.frozen ?? []);
  if (typeof guard !== "boolean") {
    throw new CompileError(`trainStep: guard: expected true or false, got ${describe(guard)}`);
  }
  if (typeof optimizer?.slotsOf !== "function") {
    const got = describe(optimizer);
    throw new CompileError(`trainStep: optimizer: expected one of unroll/rnn's, or a FusedOptimizer, got ${got}`);
  }
  checkGraphs("trainStep", options.graphs);
  checkThreads("trainStep", options.threads);
  checkWeights(lossWeights);
  checkVariables(variables, names);
  checkFrozen(frozen, variables);
  if (shards !== undefined) shardCount(1, shards);
  return { ...options, variables, frozen: frozen.list, names };
}

/** @throws CompileError naming the first weight of a part that is not a finite number */
function checkWeights(weights: unknown): void {
  if (typeof weights !== "object" || weights === null || Array.isArray(weights)) {
    throw new CompileError(`trainStep: lossWeights: expected numbers by part, got ${describe(weights)}`);
  }
  const wrong = Object.entries(weights).find(([, weight]) => typeof weight !== "number" || !Number.isFinite(weight));
  if (wrong) {
    throw new CompileError(`trainStep: lossWeights.${wrong[0]}: expected a finite number, got ${describe(wrong[1])}`);
  }
}

/** @throws CompileError when there is no variable, or naming the first that cannot be trained */
function checkVariables(variables: readonly tf.Variable[], names: readonly string[]): void {
  if (variables.length === 0) throw new CompileError("trainStep: variables: expected at least one, got none");
  variables.forEach((variable, i) => {
    const got = whyNotTrainable(variable, variables.indexOf(variable) < i);
    if (got) throw new CompileError(`trainStep: ${names[i]}: expected a float32 variable to train, got ${got}`);
  });
}

function whyNotTrainable(variable: tf.Variable, isSecond: boolean): string | undefined {
  if (!(variable instanceof tf.Variable)) return typeof variable;
  if (variable.isDisposed) return "a disposed one";
  if (isSecond) return `${weightName(variable)} again`;
  if (!variable.trainable) return `${weightName(variable)}, which is not trainable`;
  return variable.dtype === "float32" ? undefined : `one of ${variable.dtype}`;
}

/** @throws CompileError naming the first that is not a live variable, is trained too, or is listed twice */
function checkFrozen({ list: frozen, names }: NamedVariables, variables: readonly tf.Variable[]): void {
  frozen.forEach((variable, i) => {
    const isVariable = variable instanceof tf.Variable;
    if (isVariable && !variable.isDisposed && !variables.includes(variable) && frozen.indexOf(variable) === i) return;
    const got = !isVariable
      ? typeof variable
      : variable.isDisposed
        ? "a disposed one"
        : `${weightName(variable)} again`;
    throw new CompileError(`trainStep: ${names[i]}: expected a live variable that is not trained, got ${got}`);
  });
}

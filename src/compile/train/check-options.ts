import { describe } from "../../arguments";
import { checkGiven, checkList } from "../check-given";
import { CompileError } from "../errors";
import { shardCount } from "../shard/shards";
import { checkFrozen, checkVariables } from "./check-variables";
import type { StepLoss } from "./loss-terms";
import type { TrainStepOptions } from "./options";

const KNOWN = ["variables", "frozen", "optimizer", "shards", "seed", "guard"];

/** Checks a loss and the options of its step, before the first call. @throws CompileError naming what is wrong */
export function checkOptions(loss: StepLoss, options: TrainStepOptions): void {
  checkGiven("trainStep", loss, options, KNOWN);
  const { variables, frozen = [], optimizer, guard = false, seed = 0, shards } = options;
  checkList("trainStep", "variables", variables);
  if (!Number.isSafeInteger(seed)) {
    throw new CompileError(`trainStep: seed: expected a whole number, got ${describe(seed)}`);
  }
  if (typeof guard !== "boolean") {
    throw new CompileError(`trainStep: guard: expected true or false, got ${describe(guard)}`);
  }
  if (typeof optimizer?.slotsOf !== "function") {
    const got = describe(optimizer);
    throw new CompileError(`trainStep: optimizer: expected one of unroll/rnn's, or a FusedOptimizer, got ${got}`);
  }
  checkVariables(variables);
  checkFrozen(frozen, variables);
  if (shards !== undefined) shardCount(1, shards);
}

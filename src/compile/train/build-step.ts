import { weightName } from "../../arguments";
import type * as tf from "../../tf";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { CompileError } from "../errors";
import { type FunctionGraph, functionGraph } from "../runtime/function-graph";
import { Program } from "../runtime/program";
import type { ProgramInputs, ProgramOutputs } from "../runtime/program-graph";
import { checkShards } from "./check/check-shards";
import { emitGradients } from "./emit-gradients";
import { emitStep, readVariables } from "./emit-step";
import { densify } from "./indexed-slices";
import type { LossShape } from "./loss/capture-loss";
import { captureShard, readBatch } from "./loss/capture-shard";
import type { StepLoss } from "./loss/loss-terms";
import type { StepOptions, TrainStepOptions } from "./options";
import { type SlicedTrace, sliceGradients } from "./slice-gradients";
import type { StepPlan, StepSource } from "./step-plan";
import { captureClipping } from "./update/clipping";
import { accumulationVariables } from "./update/emit-accumulation";

/** A step for batches of one list of shapes and types. */
export interface Step {
  readonly program: Program;
  readonly variables: readonly tf.Variable[];
  /** The number of examples in a batch, and in a shard of it. */
  readonly batchSize: number;
  readonly shardSize: number;
  /** What the loss returned. */
  readonly shape: LossShape;
  /** Makes a program that has no update: its outputs are the sum of the loss's terms, their count, and the gradients of the sum. */
  sums(): Program;
  /** The step's graph, for readers. */
  graph(): FunctionGraph;
}

/**
 * Builds the graph of a step: captures the loss on one shard of a batch, and writes the sums over all shards and the
 * optimizer's updates.
 *
 * @throws CompileError when the batch is empty or its tensors differ in their first size, or the loss cannot become a graph,
 *   or the loss of the whole batch is not that of its shards
 */
export function buildStep(loss: StepLoss, source: StepSource, options: StepOptions): Step {
  const { variables, frozen, optimizer, guard: isGuarded = false, lossWeights } = options;
  const { slots, scalars, isGathered } = source;
  const batch = readBatch(source);
  const captured = captureShard(loss, batch, options);
  const { shards, shape, joined } = captured;
  const parts = weightParts(shape.names, lossWeights);
  const inputs = [...source.signatures, { shape: [], dtype: INT32 }, { shape: [scalars], dtype: FLOAT32 }];
  const { signatures, size: batchSize } = batch;
  checkShards(captured, source, { variables, frozen, plan: { shards, signatures, batchSize, isGathered } });
  const sizes = { scalars, signatures, shards, batchSize };
  const { updated } = shape;
  checkUpdated(updated, frozen);
  const accumulates = optimizer.accumulation !== undefined;
  const movesAllRows = optimizer.writeRows === undefined && (optimizer.clip === undefined || accumulates);
  const sliced = sliceGradients(captured, { input: signatures.length + 1, output: 2, shards, movesAllRows });
  const clipping = captureClipping(optimizer.clip, gradientShapes(sliced, variables, { shards, accumulates }));
  checkAccumulation(accumulates, parts?.names ?? []);
  const what = { variables, frozen, updated, optimizer, slots, isGathered, isGuarded, accumulates };
  const plan: StepPlan = { ...what, ...sizes, parts, joined, clipping, isMean: !shape.splits };
  const accumulators = accumulationVariables(variables, optimizer.accumulation);
  const written = [...variables, ...slots.flat(), ...accumulators, ...updated];
  const read = frozen.filter((variable) => !updated.includes(variable));
  const all = [...written, ...read];
  const write = (at: ProgramInputs) => emitStep(at, sliced, plan);
  return {
    program: new Program(inputs, all, write, { written: written.length, threads: options.threads }),
    variables,
    batchSize,
    shardSize: batchSize / shards,
    shape,
    graph: () => functionGraph(inputs, all, write, stepNames(plan)),
    sums: () => new Program(inputs, [...variables, ...frozen], (at) => emitSums(at, sliced, plan)),
  };
}

/** The shapes of the gradients that are clipped: of the values of slices, but of the whole variable where gradients are accumulated. */
function gradientShapes(
  { trace, indices }: SlicedTrace,
  variables: readonly tf.Variable[],
  { shards, accumulates }: { shards: number; accumulates: boolean },
): (readonly number[])[] {
  return variables.map(({ shape }, i) => {
    if (accumulates || !indices.has(i)) return shape;
    const [slices = 0, ...row] = trace.results[2 + i]?.shape ?? [];
    return [slices * shards, ...row];
  });
}

/** @throws CompileError when the loss updates a variable that is not among the frozen ones */
function checkUpdated(updated: readonly tf.Variable[], frozen: readonly tf.Variable[]): void {
  const wrong = updated.find((variable) => !frozen.includes(variable));
  if (wrong === undefined) return;
  throw new CompileError(
    `trainStep: the loss updates ${wrong.name}, which no gradient may move: name it in \`frozen\``,
  );
}

/** @throws CompileError for a loss of several parts: each has a count of its own, and one sum cannot hold them */
function checkAccumulation(accumulates: boolean, parts: readonly string[]): void {
  if (!accumulates || parts.length < 2) return;
  const got = `the parts ${parts.join(", ")}`;
  throw new CompileError(`trainStep: gradientAccumulationSteps: expected a loss of one part, got ${got}`);
}

/** @throws CompileError when a weight is given for a part that the loss does not have */
function weightParts(names: LossShape["names"], weights: TrainStepOptions["lossWeights"] = {}): StepPlan["parts"] {
  const unknown = Object.keys(weights).find((name) => !names?.includes(name));
  if (unknown !== undefined) {
    const expected =
      names === undefined ? "a loss that returns a record of parts" : `parts of the loss: ${names.join(", ")}`;
    throw new CompileError(`trainStep: lossWeights: expected ${expected}, got ${unknown}`);
  }
  return names && { names, weights: names.map((name) => weights[name] ?? 1) };
}

/** What the nodes of a step's variables are called: weights as their model calls them, slots after their weights. */
function stepNames({ variables, slots }: StepPlan): (variable: tf.Variable) => string {
  const own = (variable: tf.Variable) => weightName(variable, "");
  const ofSlots = slots.flatMap((each, i) =>
    each.map((slot, k): [tf.Variable, string] => [slot, `${own(variables[i] as tf.Variable) || "weight"}/slot_${k}`]),
  );
  const names = new Map(ofSlots);
  return (variable) => names.get(variable) ?? own(variable);
}

/** Writes the sum of the loss's terms, their count, and the gradients of the sum, each dense. */
function emitSums({ writer, inputs, handles }: ProgramInputs, sliced: SlicedTrace, plan: StepPlan): ProgramOutputs {
  const reads = readVariables(writer, handles, sliced, plan);
  const sources = { batch: inputs.slice(0, -2), iteration: inputs.at(-2) as string, reads };
  const { sum, count, gradients } = emitGradients(writer, sliced, sources, plan);
  const dense = gradients.map((gradient, i) => {
    const { shape } = plan.variables[i] as tf.Variable;
    return typeof gradient === "string" ? gradient : densify(writer, gradient, shape);
  });
  return { outputs: [sum, count, ...dense].map((ref) => ({ ref, dtype: FLOAT32 })), writes: [] };
}

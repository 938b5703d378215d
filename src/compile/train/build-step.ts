import * as tf from "../../tf";
import { nativeBackend } from "../engine/backend";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";
import { type Given, Program } from "../runtime/program";
import { hasReplicatedCount } from "../shard/replicated-count";
import { shardCount } from "../shard/shards";
import {
  type CapturedGradients,
  captureClipping,
  captureGradients,
  countTerms,
  type GradientOptions,
} from "./capture-gradients";
import { emitGradients } from "./emit-gradients";
import { emitStep, readsOf } from "./emit-step";
import { sliceGradients, whole } from "./indexed-slices";
import type { StepLoss } from "./loss-terms";
import type { TrainStepOptions } from "./options";
import type { StepPlan } from "./step-plan";

/** What a step is built for. */
export interface StepSource {
  /** The tensors of a batch; or, by row, all data and then the rows' numbers. */
  readonly batch: readonly tf.Tensor[];
  readonly signatures: readonly Signature[];
  readonly slots: readonly (readonly tf.Variable[])[];
  /** How many numbers the optimizer takes. */
  readonly scalars: number;
  readonly isByRow: boolean;
}

/** A step for batches of one shape. */
export interface Step {
  readonly program: Program;
  readonly variables: readonly tf.Variable[];
  /** A second program, without an update: the sums of the loss and of its gradients. */
  sums(): Program;
}

/** Captures a loss on one shard of a batch, and writes the step's graph. */
export function buildStep(loss: StepLoss, source: StepSource, options: TrainStepOptions): Step {
  const { variables, frozen = [], optimizer, shards: asked, seed = 0, guard = false } = options;
  const { signatures: given, slots, scalars, isByRow } = source;
  const size = isByRow ? (given.at(-1)?.shape[0] ?? 0) : batchSizeOf(given);
  if (isByRow) batchSizeOf(given.slice(0, -1));
  if (size === 0) throw new CompileError("trainStep: expected at least one row, got none");
  const used = isByRow ? source.batch.slice(0, -1) : source.batch;
  const { sample, signatures } = isByRow ? gathered(used, given, size) : { sample: used, signatures: given };
  let rows = size / shardCount(size, asked);
  let captured: CapturedGradients;
  try {
    const capturedOf = (rows: number) => captureGradients(loss, sample, { variables, frozen, seed, rows });
    captured = capturedOf(rows);
    if (rows < size && !splits(captured, { loss, sample, signatures, options: { variables, frozen, seed, rows } })) {
      rows = size;
      captured = capturedOf(rows);
    }
  } finally {
    if (isByRow) tf.dispose(sample as tf.Tensor[]);
  }
  const shards = size / rows;
  const { binding } = nativeBackend();
  const { TF_FLOAT, TF_INT32 } = binding;
  const all = [...given, { shape: [], dtype: TF_INT32 }, { shape: [scalars], dtype: TF_FLOAT }];
  const clipTrace = captureClipping(optimizer.clip, variables);
  const moved = [...variables, ...slots.flat()];
  const sizes = { scalars, signatures, isByRow, shards, size };
  const plan: StepPlan = { variables, frozen, optimizer, slots, ...sizes, clipTrace, isGuarded: guard };
  const places = { input: signatures.length + 1, output: 2, count: variables.length, shards };
  const tables = sliceGradients(captured.trace, binding, places);
  const program = new Program(all, [...moved, ...frozen], moved.length, (at) => emitStep(at, tables, plan));
  const sums = () =>
    new Program(all, [...variables, ...frozen], 0, ({ writer, inputs, handles }: Given) => {
      const reads = readsOf(writer, handles, tables, plan);
      const sources = { batch: inputs.slice(0, -2), iteration: inputs.at(-2) as string, reads };
      const { sum, gradients } = emitGradients(writer, tables, sources, plan);
      const shapeOf = (i: number) => (variables[i] as tf.Variable).shape;
      const wholes = gradients.map((each, i) => (typeof each === "string" ? each : whole(writer, each, shapeOf(i))));
      return { outputs: [sum, ...wholes].map((ref) => ({ ref, dtype: TF_FLOAT })), writes: [] };
    });
  return { program, variables, sums };
}

/** What a shard was captured of. */
interface Captured {
  readonly loss: StepLoss;
  readonly sample: readonly tf.Tensor[];
  readonly signatures: readonly Signature[];
  readonly options: GradientOptions;
}

/** Whether shards add up to the batch: the terms are the examples', and other rows have as many each. */
function splits({ trace, splits, terms }: CapturedGradients, { loss, sample, signatures, options }: Captured): boolean {
  if (!splits || hasReplicatedCount(trace, signatures)) return false;
  const others = options.rows === 1 ? 2 : 1;
  return (
    terms === undefined || countTerms(loss, sample, { ...options, rows: others }) === (terms / options.rows) * others
  );
}

/** As many rows of the data as a batch has, to be captured with. */
function gathered(data: readonly tf.Tensor[], given: readonly Signature[], size: number) {
  const shape = (i: number) => [size, ...(data[i] as tf.Tensor).shape.slice(1)];
  const sample = data.map((tensor, i) => tf.zeros(shape(i), tensor.dtype));
  return { sample, signatures: data.map((_, i) => ({ shape: shape(i), dtype: (given[i] as Signature).dtype })) };
}

function batchSizeOf(signatures: readonly Signature[]): number {
  const sizes = signatures.filter(({ shape }) => shape.length > 0).map(({ shape }) => shape[0]);
  const [size] = sizes;
  if (size === undefined) throw new CompileError("trainStep: expected a batch's tensors, got none with a first axis");
  if (sizes.some((other) => other !== size)) {
    throw new CompileError(`trainStep: expected tensors of one batch size, got first sizes ${sizes.join(", ")}`);
  }
  if (size === 0) throw new CompileError("trainStep: expected at least one example, got a batch of none");
  return size;
}

import * as tf from "../tf";
import { keyOf, signaturesOf } from "./compile";
import { CompileError } from "./errors";
import { captureClipping, captureGradients } from "./gradient-trace";
import { nativeBackend } from "./native";
import { Program } from "./program";
import { shardCount } from "./shards";
import type { BatchOf, StepLoss } from "./step-loss";
import type { Signature } from "./trace";
import { type FusedOptimizer, writeStep } from "./write-step";

export interface TrainStepOptions {
  /** The weights to train. */
  variables: readonly tf.Variable[];
  optimizer: FusedOptimizer;
  /** Into how many parts a batch is cut, to be computed side by side; one a core unless told. */
  shards?: number;
  /** Fixes what is drawn, together with the step's number; 0 unless told otherwise. */
  seed?: number;
}

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
 * shards that run on all cores. The loss is called once, at the first step with a batch of a new shape.
 *
 *   const step = trainStep((x, y) => sparseSoftmaxCrossEntropyWithLogits(y, classify(x)), { variables, optimizer });
 *   const loss = step(images, labels);
 *
 * Weights and slots have one value, wherever it was written last: eager calls, assignments and other compiled functions
 * see each other's. All tensors of a batch are cut along their first axis.
 *
 * @throws CompileError, at a step, when the loss cannot be a graph, or the batch's tensors differ in their first size
 */
export function trainStep<Loss extends StepLoss>(loss: Loss, options: TrainStepOptions): TrainStep<BatchOf<Loss>> {
  const { variables, optimizer } = options;
  checkVariables(variables);
  if (options.shards !== undefined) shardCount(1, options.shards);
  const programs = new Map<string, Program>();
  let open = true;
  const slots = variables.map((variable) => optimizer.slotsOf(variable));
  const step = (...given: BatchOf<Loss>): number => {
    if (!open) throw new CompileError("trainStep: the step is disposed");
    const batch = given as unknown as tf.Tensor[];
    const signatures = signaturesOf(batch, variables);
    if (slots.flat().some(({ isDisposed }) => isDisposed)) {
      throw new CompileError("trainStep: the optimizer is disposed; make a new one, and a new step with it");
    }
    const key = keyOf(signatures);
    const scalars = optimizer.scalars();
    let program = programs.get(key);
    if (program === undefined) {
      program = build(loss, batch, options, slots, signatures, scalars.length);
      programs.set(key, program);
    }
    const numbers = tf.tensor1d(scalars as number[], "float32");
    const iteration = tf.scalar(step.iteration, "int32");
    try {
      const [value] = program.call([...batch, iteration, numbers]) as [tf.Tensor];
      optimizer.stepped();
      step.iteration++;
      const result = value.dataSync()[0] as number;
      value.dispose();
      return result;
    } finally {
      tf.dispose([iteration, numbers]);
    }
  };
  step.iteration = 0;
  const dispose = () => {
    open = false;
    for (const program of programs.values()) program.dispose();
    programs.clear();
  };
  step.dispose = dispose;
  return step;
}

/** @throws CompileError naming the first that cannot be trained */
function checkVariables(variables: readonly tf.Variable[]): void {
  if (variables.length === 0) throw new CompileError("trainStep: variables: expected at least one, got none");
  variables.forEach((variable, i) => {
    const got = whyNot(variable, variables.indexOf(variable) < i);
    if (got) throw new CompileError(`trainStep: variables[${i}]: expected a float32 variable to train, got ${got}`);
  });
}

function whyNot(variable: tf.Variable, isSecond: boolean): string | undefined {
  if (!(variable instanceof tf.Variable)) return typeof variable;
  if (variable.isDisposed) return "a disposed one";
  if (isSecond) return `${variable.name} again`;
  if (!variable.trainable) return `${variable.name}, which is not trainable`;
  return variable.dtype === "float32" ? undefined : `one of ${variable.dtype}`;
}

function build(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  { variables, optimizer, shards: asked, seed = 0 }: TrainStepOptions,
  slots: readonly (readonly tf.Variable[])[],
  signatures: readonly Signature[],
  scalarCount: number,
): Program {
  const size = batchSizeOf(signatures);
  let shards = shardCount(size, asked);
  let trace = captureGradients(loss, batch, variables, size / shards, seed);
  if (shards > 1 && !trace.splits) {
    shards = 1;
    trace = captureGradients(loss, batch, variables, size, seed);
  }
  const { TF_FLOAT, TF_INT32 } = nativeBackend().binding;
  const all = [...signatures, { shape: [], dtype: TF_INT32 }, { shape: [scalarCount], dtype: TF_FLOAT }];
  const clipTrace = captureClipping(optimizer.clip, variables);
  return new Program(all, [...variables, ...slots.flat()], (given) =>
    writeStep(given, trace, { variables, optimizer, slots, scalars: scalarCount, signatures, shards, size, clipTrace }),
  );
}

function batchSizeOf(signatures: readonly Signature[]): number {
  const sizes = signatures.filter(({ shape }) => shape.length > 0).map(({ shape }) => shape[0]);
  const [size] = sizes;
  if (size === undefined || size === 0 || sizes.some((other) => other !== size)) {
    throw new CompileError(`trainStep: expected tensors of one batch size, got first sizes ${sizes.join(", ")}`);
  }
  return size;
}

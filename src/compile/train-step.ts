import * as tf from "../tf";
import { capture, type Trace } from "./capture";
import { copyOf, keyOf, signaturesOf } from "./compile";
import { emit } from "./emit";
import { CompileError } from "./errors";
import type { After, GraphWriter, Ref } from "./graph";
import { type Carried, writeLoop } from "./loop";
import { nativeBackend } from "./native";
import { type Given, Program, type Signature, type Written } from "./program";
import { shardCount, shardOf, wholeDraws } from "./shards";

/**
 * What a training loss returns. A batch is cut into shards, and only sums add up: so either the loss's terms, one for
 * each example (or example and time step), whose mean is the loss; or their sum and their count, where a mask leaves
 * some out. A scalar does not split, and runs unsharded.
 */
export type SplitLoss = tf.Tensor | { readonly sum: tf.Tensor; readonly count: tf.Tensor };

/** An optimizer as one fused native operation a variable. */
export interface FusedOptimizer {
  /** The slots of a variable, zeros to begin with; they belong to the optimizer. */
  slotsOf(variable: tf.Variable): readonly tf.Variable[];
  /** The numbers of the coming step, such as the learning rate; the same many every time. */
  scalars(): readonly number[];
  /** Writes the operation that moves one variable. */
  write(
    writer: GraphWriter,
    place: { variable: Ref; slots: readonly Ref[]; scalars: readonly Ref[]; gradient: Ref },
  ): After;
  /** Applied to all gradients before they move anything, as clipping is; any tensor operations. */
  readonly clip?: ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined;
  /** Called after every step. */
  stepped(): void;
}

/** The random numbers of a training step: what unrollers take as `training`. */
export interface StepTraining {
  readonly seed: number;
  readonly step: tf.Scalar;
}

export interface TrainStepOptions {
  /** The weights to train. */
  variables: readonly tf.Variable[];
  optimizer: FusedOptimizer;
  /** Into how many parts a batch is cut, to be computed side by side; one a core unless told. */
  shards?: number;
  /** Fixes what is drawn, together with the step's number; 0 unless told otherwise. */
  seed?: number;
}

/**
 * A loss of a batch's tensors. A last parameter of type `StepTraining` is given what the step's random numbers depend on.
 */
// biome-ignore lint/suspicious/noExplicitAny: any tensors; which ones, the function itself says
export type StepLoss = (...given: any[]) => SplitLoss;

/** The batch that a loss takes: its parameters, without the last one where that is a `StepTraining`. */
export type BatchOf<Loss extends StepLoss> =
  Parameters<Loss> extends [...infer Batch, StepTraining] ? Batch : Parameters<Loss>;

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
    const numbers = scalars.map((value) => tf.scalar(value));
    const iteration = tf.scalar(step.iteration, "int32");
    try {
      const [value] = program.call([...batch, iteration, ...numbers]) as [tf.Tensor];
      optimizer.stepped();
      step.iteration++;
      const result = value.dataSync()[0] as number;
      value.dispose();
      return result;
    } finally {
      tf.dispose([iteration, ...numbers]);
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
  const scalars = new Array<Signature>(scalarCount).fill({ shape: [], dtype: TF_FLOAT });
  const all = [...signatures, { shape: [], dtype: TF_INT32 }, ...scalars];
  const clipTrace = captureClipping(optimizer, variables);
  return new Program(all, [...variables, ...slots.flat()], (given) =>
    writeStep(given, trace, { variables, optimizer, slots, signatures, shards, size, clipTrace }),
  );
}

function captureClipping({ clip }: FusedOptimizer, variables: readonly tf.Variable[]): Trace | undefined {
  if (clip === undefined) return undefined;
  return tf.tidy(() => {
    const gradients = variables.map((variable) => tf.zerosLike(variable));
    return capture(() => clip(gradients), gradients) as unknown as tf.TensorContainer;
  }) as unknown as Trace;
}

function batchSizeOf(signatures: readonly Signature[]): number {
  const sizes = signatures.filter(({ shape }) => shape.length > 0).map(({ shape }) => shape[0]);
  const [size] = sizes;
  if (size === undefined || size === 0 || sizes.some((other) => other !== size)) {
    throw new CompileError(`trainStep: expected tensors of one batch size, got first sizes ${sizes.join(", ")}`);
  }
  return size;
}

/** The trace of one shard: the sum of the loss's terms, their count, and the sum's gradients. */
interface GradientTrace {
  readonly trace: Trace;
  readonly splits: boolean;
}

function captureGradients(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  variables: readonly tf.Variable[],
  rows: number,
  seed: number,
): GradientTrace {
  return tf.tidy(() => {
    const shard = batch.map((tensor) =>
      tensor.rank === 0 ? copyOf(tensor) : tf.slice(tensor, zeros(tensor), [rows, ...tensor.shape.slice(1)]),
    );
    const training = { seed, step: tf.scalar(0, "int32") };
    let splits = true;
    const compute = () => {
      let count: tf.Tensor | undefined;
      const sumOfTerms = () => {
        const terms = termsOf(loss(...shard, training));
        splits = terms.splits;
        count = tf.keep(tf.sum(terms.count.toFloat())); // past the end of variableGrads
        return tf.sum(terms.sum) as tf.Scalar;
      };
      try {
        const { value, gradients } = gradientsOf(sumOfTerms, variables);
        return [value, tf.clone(count as unknown as tf.Tensor), ...gradients];
      } finally {
        count?.dispose();
      }
    };
    const trace = capture(compute, [...shard, training.step, ...variables]);
    return { trace, splits } as unknown as tf.TensorContainer;
  }) as unknown as GradientTrace;
}

/** @throws CompileError when a loss is not what one may be */
function termsOf(result: SplitLoss): { sum: tf.Tensor; count: tf.Tensor; splits: boolean } {
  if (result instanceof tf.Tensor && result.dtype === "float32") {
    return { sum: result, count: tf.scalar(result.size), splits: result.rank > 0 };
  }
  const { sum, count } = (result ?? {}) as { sum?: unknown; count?: unknown };
  if (sum instanceof tf.Tensor && sum.dtype === "float32" && count instanceof tf.Tensor) {
    return { sum, count, splits: true };
  }
  const got = result instanceof tf.Tensor ? `a tensor of ${result.dtype}` : typeof result;
  throw new CompileError(`trainStep: the loss must return a float32 tensor, or { sum, count } of tensors; got ${got}`);
}

/** @throws CompileError naming the first variable that the loss does not use */
function gradientsOf(loss: () => tf.Scalar, variables: readonly tf.Variable[]) {
  const { value, grads } = variableGrads(loss, variables);
  const gradients = variables.map((variable, i) => {
    const gradient = grads[variable.name];
    if (gradient) return gradient;
    throw new CompileError(`trainStep: variables[${i}] (${variable.name}) takes no part in the loss`);
  });
  return { value, gradients };
}

function variableGrads(loss: () => tf.Scalar, variables: readonly tf.Variable[]) {
  try {
    return tf.variableGrads(loss, [...variables]);
  } catch (error) {
    if (!/Cannot find a connection/.test((error as Error).message)) throw error;
    throw new CompileError("trainStep: the loss uses none of the variables");
  }
}

const zeros = (tensor: tf.Tensor) => tensor.shape.map(() => 0);

interface Plan extends Pick<TrainStepOptions, "variables" | "optimizer"> {
  readonly slots: readonly (readonly tf.Variable[])[];
  readonly signatures: readonly Signature[];
  readonly shards: number;
  readonly size: number;
  readonly clipTrace: Trace | undefined;
}

/** Shards in a loop, their sums added; then one update a variable. */
function writeStep({ writer, inputs, handles }: Given, { trace }: GradientTrace, plan: Plan): Written {
  const { variables, optimizer, slots, signatures, shards, size, clipTrace } = plan;
  const float = writer.binding.TF_FLOAT;
  const batch = inputs.slice(0, signatures.length);
  const [iteration, ...scalars] = inputs.slice(signatures.length) as [Ref, ...Ref[]];
  const reads = variables.map((_, i) => writer.readVariable(handles[i] as Ref, float));
  const shapes = [[], [], ...variables.map(({ shape }) => shape)];
  const carried: Carried[] = shapes.map((shape) => ({ dtype: float, initial: writer.fill(float, shape, 0) }));
  const options = { frame: "shards", iterations: shards, parallel: shards };
  const [sum, count, ...gradients] = writeLoop(writer, options, carried, (inside) => {
    const place = { ...inside, size: size / shards, shards };
    const isCut = ({ shape }: Signature) => shards > 1 && shape.length > 0;
    const parts = batch.map((value, i) => {
      const signature = signatures[i] as Signature;
      const brought = inside.bring(value, signature.dtype);
      return isCut(signature) ? shardOf(writer, brought, signature, place) : brought;
    });
    const weights = reads.map((read) => inside.bring(read, float));
    const step = inside.bring(iteration, writer.binding.TF_INT32);
    const uncut = batch.map((value, i) => (isCut(signatures[i] as Signature) ? undefined : value));
    const draw = shards > 1 ? wholeDraws(writer, place, [...uncut, iteration, ...reads]) : undefined;
    const made = emit(writer, trace, { inputs: [...parts, step, ...weights], bring: inside.bring, draw });
    return made.map((value, i) => writer.binary("AddV2", inside.carried[i] as Ref, value, float));
  }) as [Ref, Ref, ...Ref[]];
  const share = writer.binary("RealDiv", writer.float(1), count, float);
  const means = gradients.map((gradient) => writer.binary("Mul", gradient, share, float));
  const clipped = clipTrace ? emit(writer, clipTrace, { inputs: means, bring: (value) => value }) : means;
  const writes = variables.map((_, i) => {
    const before = variables.length + slots.slice(0, i).reduce((total, own) => total + own.length, 0);
    const own = handles.slice(before, before + (slots[i] as readonly tf.Variable[]).length);
    const gradient = clipped[i] as Ref;
    return optimizer.write(writer, { variable: handles[i] as Ref, slots: own, scalars, gradient });
  });
  return { outputs: [{ ref: writer.binary("Mul", sum, share, float), dtype: float }], writes };
}

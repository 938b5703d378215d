import * as tf from "../tf";
import { capture, type Trace } from "./capture";
import { dtypeOf, keyOf, signaturesOf } from "./compile";
import { emit } from "./emit";
import { CompileError } from "./errors";
import type { After, GraphWriter, Ref } from "./graph";
import { type Carried, writeLoop } from "./loop";
import { type Given, Program, type Signature, type Written } from "./program";
import { shardCount, shardOf } from "./shards";

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
  /** Called after every step. */
  stepped(): void;
}

export interface TrainStepOptions {
  /** The weights to train. */
  variables: readonly tf.Variable[];
  optimizer: FusedOptimizer;
  /** Into how many parts a batch is cut, to be computed side by side; one a core unless told. */
  shards?: number;
}

/** One training step: loss, gradients, update. */
export interface TrainStep<Inputs extends readonly tf.Tensor[]> {
  /** @returns the loss before the update */
  (...batch: Inputs): number;
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
export function trainStep<Inputs extends readonly tf.Tensor[]>(
  loss: (...batch: Inputs) => SplitLoss,
  { variables, optimizer, shards }: TrainStepOptions,
): TrainStep<Inputs> {
  if (variables.length === 0) throw new CompileError("trainStep: variables: expected at least one, got none");
  const programs = new Map<string, Program>();
  const slots = variables.map((variable) => optimizer.slotsOf(variable));
  const step = (...batch: Inputs): number => {
    const signatures = signaturesOf(batch, [...variables, ...slots.flat()]);
    const key = keyOf(signatures);
    const scalars = optimizer.scalars();
    let program = programs.get(key);
    if (program === undefined) {
      program = build(loss, batch, { variables, optimizer, shards }, slots, signatures, scalars.length);
      programs.set(key, program);
    }
    const numbers = scalars.map((value) => tf.scalar(value));
    const [value] = program.call([...batch, ...numbers]) as [tf.Tensor];
    optimizer.stepped();
    const result = value.dataSync()[0] as number;
    tf.dispose([value, ...numbers]);
    return result;
  };
  const dispose = () => {
    for (const program of programs.values()) program.dispose();
    programs.clear();
  };
  return Object.assign(step, { dispose });
}

function build<Inputs extends readonly tf.Tensor[]>(
  loss: (...batch: Inputs) => SplitLoss,
  batch: Inputs,
  { variables, optimizer, shards: asked }: TrainStepOptions,
  slots: readonly (readonly tf.Variable[])[],
  signatures: readonly Signature[],
  scalarCount: number,
): Program {
  const size = batchSizeOf(signatures);
  let shards = shardCount(size, asked);
  let trace = captureGradients(loss, batch, variables, size / shards);
  if (shards > 1 && !trace.splits) {
    shards = 1;
    trace = captureGradients(loss, batch, variables, size);
  }
  const scalar = { shape: [], dtype: dtypeOf(variables[0] as tf.Variable) };
  const all = [...signatures, ...new Array<Signature>(scalarCount).fill(scalar)];
  return new Program(all, [...variables, ...slots.flat()], (given) =>
    writeStep(given, trace, { variables, optimizer, slots, signatures, shards, size }),
  );
}

function batchSizeOf(signatures: readonly Signature[]): number {
  const sizes = signatures.map(({ shape }) => shape[0]);
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

function captureGradients<Inputs extends readonly tf.Tensor[]>(
  loss: (...batch: Inputs) => SplitLoss,
  batch: Inputs,
  variables: readonly tf.Variable[],
  rows: number,
): GradientTrace {
  return tf.tidy(() => {
    const shard = batch.map((tensor) => tf.slice(tensor, zeros(tensor), [rows, ...tensor.shape.slice(1)]));
    let splits = true;
    const compute = () => {
      let count: tf.Tensor | undefined;
      const sumOfTerms = () => {
        const result = loss(...(shard as unknown as Inputs));
        const terms = result instanceof tf.Tensor ? result : undefined;
        splits = terms === undefined || terms.rank > 0;
        count = terms === undefined ? (result as { count: tf.Tensor }).count : tf.scalar(terms.size);
        tf.keep(count); // past the end of variableGrads
        return tf.sum(terms ?? (result as { sum: tf.Tensor }).sum) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(sumOfTerms, [...variables]);
      const gradients = variables.map((variable, i) => {
        const gradient = grads[variable.name];
        if (gradient) return gradient;
        throw new CompileError(`trainStep: variables[${i}] (${variable.name}) takes no part in the loss`);
      });
      const counted = tf.sum((count as tf.Tensor).toFloat());
      (count as tf.Tensor).dispose();
      return [value, counted, ...gradients];
    };
    const trace = capture(compute, [...shard, ...variables]);
    return { trace, splits } as unknown as tf.TensorContainer;
  }) as unknown as GradientTrace;
}

const zeros = (tensor: tf.Tensor) => tensor.shape.map(() => 0);

interface Plan extends Pick<TrainStepOptions, "variables" | "optimizer"> {
  readonly slots: readonly (readonly tf.Variable[])[];
  readonly signatures: readonly Signature[];
  readonly shards: number;
  readonly size: number;
}

/** Shards in a loop, their sums added; then one update a variable. */
function writeStep({ writer, inputs, handles }: Given, { trace }: GradientTrace, plan: Plan): Written {
  const { variables, optimizer, slots, signatures, shards, size } = plan;
  const float = writer.binding.TF_FLOAT;
  const batch = inputs.slice(0, signatures.length);
  const scalars = inputs.slice(signatures.length);
  const reads = variables.map((_, i) => writer.readVariable(handles[i] as Ref, float));
  const shapes = [[], [], ...variables.map(({ shape }) => shape)];
  const carried: Carried[] = shapes.map((shape) => ({ dtype: float, initial: writer.fill(float, shape, 0) }));
  const options = { frame: "shards", iterations: shards, parallel: shards };
  const [sum, count, ...gradients] = writeLoop(writer, options, carried, (inside) => {
    const parts = batch.map((value, i) => {
      const signature = signatures[i] as Signature;
      const brought = inside.bring(value, signature.dtype);
      return shards === 1 ? brought : shardOf(writer, brought, signature, { ...inside, size: size / shards });
    });
    const weights = reads.map((read) => inside.bring(read, float));
    const made = emit(writer, trace, { inputs: [...parts, ...weights], bring: inside.bring });
    return made.map((value, i) => writer.binary("AddV2", inside.carried[i] as Ref, value, float));
  }) as [Ref, Ref, ...Ref[]];
  const share = writer.binary("RealDiv", writer.float(1), count, float);
  const writes = variables.map((_, i) => {
    const before = variables.length + slots.slice(0, i).reduce((total, own) => total + own.length, 0);
    const own = handles.slice(before, before + (slots[i] as readonly tf.Variable[]).length);
    const gradient = writer.binary("Mul", gradients[i] as Ref, share, float);
    return optimizer.write(writer, { variable: handles[i] as Ref, slots: own, scalars, gradient });
  });
  return { outputs: [{ ref: writer.binary("Mul", sum, share, float), dtype: float }], writes };
}

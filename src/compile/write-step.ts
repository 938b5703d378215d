import type * as tf from "../tf";
import { cut, dependingOnlyOn } from "./cut";
import { emit } from "./emit";
import type { GradientTrace } from "./gradient-trace";
import type { After, GraphWriter, Ref } from "./graph";
import { type Carried, writeLoop } from "./loop";
import { intAttr, typeAttr } from "./messages";
import type { Given, Written } from "./program";
import { drawsWithin, shardOf, wholeDraws } from "./shards";
import type { Signature, Trace } from "./trace";

/** An optimizer as one fused native operation a variable. */
export interface FusedOptimizer {
  /** The slots of a variable; they belong to the optimizer. */
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

/** What a step's graph is made of. */
export interface StepPlan {
  readonly variables: readonly tf.Variable[];
  readonly optimizer: FusedOptimizer;
  readonly slots: readonly (readonly tf.Variable[])[];
  /** How many numbers the optimizer takes. */
  readonly scalars: number;
  readonly signatures: readonly Signature[];
  readonly shards: number;
  readonly size: number;
  readonly clipTrace: Trace | undefined;
}

/** Shards in a loop, their sums added; then one update a variable. */
export function writeStep({ writer, inputs, handles }: Given, { trace }: GradientTrace, plan: StepPlan): Written {
  const { variables, optimizer, slots, signatures, clipTrace } = plan;
  const float = writer.binding.TF_FLOAT;
  const batch = inputs.slice(0, signatures.length);
  const [iteration, numbers] = inputs.slice(signatures.length) as [Ref, Ref];
  const scalars = unpack(writer, numbers, plan.scalars);
  const reads = variables.map((_, i) => writer.readVariable(handles[i] as Ref, float));
  const [sum, count, ...gradients] = writeSums(writer, trace, { batch, iteration, reads }, plan) as [
    Ref,
    Ref,
    ...Ref[],
  ];
  // A batch of which nothing counts moves nothing: 1/0 is 0 here, as in TensorFlow 1.x's losses.
  const share = writer.binary("DivNoNan", writer.float(1), count, float);
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

/** The sums over all shards: of the loss's terms, of their number, of the gradients. */
function writeSums(
  writer: GraphWriter,
  whole: Trace,
  { batch, iteration, reads }: { batch: readonly Ref[]; iteration: Ref; reads: readonly Ref[] },
  { variables, signatures, shards, size }: StepPlan,
): Ref[] {
  if (shards === 1) return emit(writer, whole, { inputs: [...batch, iteration, ...reads], bring: (value) => value });
  const { TF_FLOAT: float, TF_INT32 } = writer.binding;
  const isCut = ({ shape }: Signature) => shape.length > 0;
  // What depends on the weights alone is computed once, before the loop. (Inside, it would also run in the round that
  // only finds out that all are done.)
  const alike = dependingOnlyOn(whole, (input) => input >= signatures.length || !isCut(signatures[input] as Signature));
  const { first: common, rest: trace } = cut(whole, (op) => alike.has(op));
  const top = { inputs: [...batch, iteration, ...reads], bring: (value: Ref) => value };
  const shared = emit(writer, common, top);
  const shapes = [[], [], ...variables.map(({ shape }) => shape)];
  const carried: Carried[] = shapes.map((shape) => ({ dtype: float, initial: writer.fill(float, shape, 0) }));
  const options = { frame: "shards", iterations: shards, parallel: shards };
  return writeLoop(writer, options, carried, (inside) => {
    const place = { ...inside, size: size / shards, shards };
    const parts = batch.map((value, i) => {
      const signature = signatures[i] as Signature;
      const brought = inside.bring(value, signature.dtype);
      return isCut(signature) ? shardOf(writer, brought, signature, place) : brought;
    });
    const weights = reads.map((read) => inside.bring(read, float));
    const step = inside.bring(iteration, TF_INT32);
    const from = shared.map((value, i) => inside.bring(value, common.results[i]?.dtype as number));
    const uncut = batch.map((value, i) => (isCut(signatures[i] as Signature) ? undefined : value));
    const made = emit(writer, trace, {
      inputs: [...parts, step, ...weights, ...from],
      bring: inside.bring,
      draw: wholeDraws(writer, place, [...uncut, iteration, ...reads, ...shared]),
      drawWithin: drawsWithin(writer, place),
    });
    return made.map((value, i) => writer.binary("AddV2", inside.carried[i] as Ref, value, float));
  });
}

/** The numbers of a step come as one vector: feeding each apart would cost more than some steps. */
function unpack(writer: GraphWriter, numbers: Ref, count: number): Ref[] {
  if (count === 0) return [];
  const attributes = { T: typeAttr(writer.binding.TF_FLOAT), num: intAttr(count), axis: intAttr(0) };
  const node = writer.node("Unpack", [numbers], attributes);
  return Array.from({ length: count }, (_, i) => (i === 0 ? node : `${node}:${i}`));
}

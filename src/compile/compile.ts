import * as tf from "../tf";
import { capture } from "./capture/capture";
import { checkGiven, checkList } from "./check-given";
import { emit } from "./emit/emit";
import { copyOf, dtypeOf } from "./engine/backend";
import { CompileError } from "./errors";
import type { Signature, Trace } from "./ir/trace";
import { firstRows } from "./rows";
import { Program } from "./runtime/program";
import { signaturesOf } from "./runtime/signatures";
import { Specializations } from "./runtime/specializations";
import { mapShards } from "./shard/map-shards";
import { shardCount } from "./shard/shards";

export interface CompileOptions {
  /** Every variable that the function uses. They may be trained, assigned and compiled elsewhere: their values are one. */
  variables?: readonly tf.Variable[];
  /**
   * Cuts all arguments but scalars along their first axis into that many parts (or the next smaller number that divides
   * it), computes them side by side, and puts the results together: for functions that have a result for each row, and
   * look at no other row for it. 1 unless told otherwise.
   */
  shards?: number;
}

/** A compiled function. It returns new tensors, which the caller disposes. */
export interface Compiled<Inputs extends readonly tf.Tensor[], Output extends tf.Tensor | tf.Tensor[]> {
  (...inputs: Inputs): Output;
  /** Closes its sessions. The variables live on. */
  dispose(): void;
}

/**
 * Makes one native graph of a function of tensors, gradients inside it included. It is called at the first call
 * with arguments of new shapes, and must do the same operations every time: no reads, no host randomness.
 *
 *   const classify = compile((x: tf.Tensor3D) => head.call(dynamicRnn(cell, x)[1]), { variables });
 *   const logits = classify(images);
 *
 * @param compute a function of tensors that returns a tensor or a list of them
 * @throws CompileError, at a call, when the function cannot be a graph; the message says why and the way out
 */
export function compile<Inputs extends readonly tf.Tensor[], Output extends tf.Tensor | tf.Tensor[]>(
  compute: (...inputs: Inputs) => Output,
  options: CompileOptions = {},
): Compiled<Inputs, Output> {
  checkGiven("compile", compute, options, ["variables", "shards"]);
  const { variables = [], shards = 1 } = options;
  checkList("compile", "variables", variables);
  const built = new Specializations<ReturnType<typeof build>>("compile: the compiled function is disposed");
  const call = (...inputs: Inputs): Output => {
    built.checkOpen();
    const signatures = signaturesOf(inputs, variables);
    const { program, isList } = built.for(signatures, () => build(compute, inputs, { variables, signatures, shards }));
    const outputs = program.call(inputs);
    return (isList ? outputs : outputs[0]) as Output;
  };
  return Object.assign(call, { dispose: () => built.dispose() });
}

function build<Inputs extends readonly tf.Tensor[]>(
  compute: (...inputs: Inputs) => tf.Tensor | tf.Tensor[],
  inputs: Inputs,
  { variables, signatures, shards: asked }: Required<CompileOptions> & { signatures: readonly Signature[] },
) {
  let isList = false;
  const size = asked > 1 ? rowsOf(signatures) : 1;
  const shards = shardCount(size, asked);
  const own = inputs.map((input) =>
    shards > 1 && input.rank > 0 ? firstRows(input, size / shards) : copyOf(input),
  ) as unknown as Inputs;
  const run = () => {
    const result = compute(...own);
    isList = Array.isArray(result);
    return isList ? (result as tf.Tensor[]) : [result as tf.Tensor];
  };
  let trace: Trace;
  try {
    trace = capture(run, [...own, ...variables]);
  } finally {
    tf.dispose([...own]);
  }
  const program = new Program(signatures, variables, 0, ({ writer, inputs: given, handles }) => {
    const reads = handles.map((handle, i) => writer.readVariable(handle, dtypeOf(variables[i] as tf.Variable)));
    const refs =
      shards > 1
        ? mapShards(writer, trace, { inputs: given, reads }, { signatures, size, shards })
        : emit(writer, trace, { inputs: [...given, ...reads], bring: (value) => value });
    return { outputs: refs.map((ref, i) => ({ ref, dtype: trace.results[i]?.dtype as number })), writes: [] };
  });
  return { program, isList };
}

function rowsOf(signatures: readonly Signature[]): number {
  const sizes = signatures.filter(({ shape }) => shape.length > 0).map(({ shape }) => shape[0] as number);
  const [size = 1] = sizes;
  if (size > 0 && sizes.every((other) => other === size)) return size;
  throw new CompileError(`compile: shards: expected arguments of one first size, got ${sizes.join(", ")}`);
}

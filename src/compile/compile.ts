import * as tf from "../tf";
import { Built } from "./built";
import { capture, isCapturing } from "./capture";
import { checkGiven, checkList } from "./check-given";
import { emit } from "./emit";
import { CompileError } from "./errors";
import { copyOf, dtypeOf, nativeBackend } from "./native";
import { Program } from "./program";
import { firstRows } from "./rows";
import { shardCount } from "./shards";
import type { Signature, Trace } from "./trace";
import { writeSharded } from "./write-sharded";

/** Taken once: each mention of `tf` goes through two modules' getters, which short steps feel. */
const { Tensor, Variable, engine } = tf;

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
  const built = new Built<ReturnType<typeof build>>("compile: the compiled function is disposed");
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
        ? writeSharded(writer, trace, { inputs: given, reads }, { signatures, size, shards })
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

/** @throws CompileError inside a gradient or another compiled function, on another engine, or when an argument or a variable is no tensor or is disposed */
export function signaturesOf(inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]): Signature[] {
  refuseInside();
  const { tensorMap } = nativeBackend();
  variables.forEach((variable, i) => {
    if (!(variable instanceof Variable) || variable.isDisposed) {
      throw new CompileError(`compile: variables[${i}]: expected a live variable, got ${lifeOf(variable)}`);
    }
  });
  return inputs.map((input, i) => {
    if (!(input instanceof Tensor) || input.isDisposed) {
      throw new CompileError(`compile: argument ${i}: expected a tensor, got ${lifeOf(input)}`);
    }
    return { shape: input.shape, dtype: tensorMap.get(input.dataId).dtype };
  });
}

function refuseInside(): void {
  if (isCapturing()) {
    throw new CompileError("compile: a compiled function was called inside another; compile the outer one only");
  }
  if (engine().state.gradientDepth > 0) {
    throw new CompileError(
      "compile: a compiled function was called inside a gradient, which cannot see into it; compile the function that " +
        "computes the gradient",
    );
  }
}

function lifeOf(value: unknown): string {
  if (!(value instanceof Tensor)) return typeof value;
  return value.isDisposed ? "a disposed one" : "a tensor that is no variable";
}

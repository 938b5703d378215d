import * as tf from "../../tf";
import { captureForExport } from "../capture";
import { emit } from "../emit";
import { CompileError } from "../errors";
import { GraphWriter } from "../graph";
import { nativeBackend } from "../native";
import type { Signature, Trace } from "../trace";
import { generalise } from "./generalise";
import { checkName, type Input, type InputSpec, readInputs } from "./input-spec";
import { type Examples, examplesAt } from "./samples";
import { sizeOfInput } from "./size-ops";
import { samplesOf } from "./sizes";
import { checkWeights, writeWeights } from "./weights";

export interface InferenceGraphOptions {
  /** What goes in, by name: `{ x: [null, null, 28] }` is float32, of any batch size and any number of time steps. */
  inputs: Readonly<Record<string, InputSpec>>;
  /** Every variable that the function uses, by the name that it has in the graph. Their values now go with it. */
  variables: Readonly<Record<string, tf.Variable>>;
}

/** An input or output of a graph that travels; −1 stands for a size that may be any. */
export interface NamedSignature extends Signature {
  readonly name: string;
}

/** A function as a graph of TensorFlow's operations, for inference, with its weights. */
export interface InferenceGraph {
  readonly writer: GraphWriter;
  readonly inputs: readonly NamedSignature[];
  readonly outputs: readonly NamedSignature[];
  /** Inputs of one size and what the function gave for them, one operation at a time. */
  readonly examples: Examples;
}

type Tensors = Readonly<Record<string, tf.Tensor>>;

/**
 * Makes a graph for any batch size and length of a function of tensors. The function is captured at a few small sizes;
 * what changes with them is computed from the inputs' shapes. Loops over time must be `dynamicRnn`'s, its kin's or
 * `scan`'s, which become loops of the graph. Nothing of it needs this library.
 *
 * @param compute from the inputs by name to the outputs by name; float32 inputs are tried with numbers from −1 to 1, all
 *   others with 0
 * @throws CompileError when the function cannot be such a graph; the message names the operation and the way out
 */
export function inferenceGraph(
  compute: (inputs: Record<string, tf.Tensor>) => Tensors,
  { inputs: specs, variables }: InferenceGraphOptions,
): InferenceGraph {
  const { binding } = nativeBackend();
  const { inputs, sizes } = readInputs(specs);
  const samples = samplesOf(sizes);
  checkWeights(variables);
  const examples = examplesAt(compute, inputs, sizes, samples.points.at(-1) as number[]);
  const outputNames = Object.keys(examples.outputs);
  for (const name of outputNames) checkOutput(name, inputs);
  const traces = samples.points.map((point) =>
    traceAt(compute, inputs, outputNames, Object.values(variables), (name) => point[sizes.indexOf(name)] as number),
  );
  const trace = generalise(traces, samples, binding, sizesOf(inputs, sizes, traces[0] as Trace));
  const writer = new GraphWriter(binding);
  const placeholders = inputs.map(({ name }, i) => {
    const { dtype, shape } = trace.inputs[i] as Signature;
    return writer.placeholder(name, dtype, shape);
  });
  const constants = writeWeights(writer, variables);
  const refs = emit(writer, trace, { inputs: [...placeholders, ...constants], bring: (value) => value });
  refs.forEach((ref, i) => {
    writer.identity(ref, trace.results[i]?.dtype as number, [], outputNames[i]);
  });
  checkUsed(writer, inputs);
  const named = (names: readonly string[], signatures: readonly Signature[]): NamedSignature[] =>
    names.map((name, i) => ({ name, ...(signatures[i] as Signature) }));
  const [into, out] = [
    named(
      inputs.map(({ name }) => name),
      trace.inputs,
    ),
    named(outputNames, trace.results),
  ];
  return { writer, inputs: into, outputs: out, examples };
}

function traceAt(
  compute: (inputs: Record<string, tf.Tensor>) => Tensors,
  inputs: readonly Input[],
  outputNames: readonly string[],
  variables: readonly tf.Variable[],
  sizeNamed: (name: string) => number,
): Trace {
  const own = inputs.map(({ shape, dtype }) => {
    return tf.zeros(
      shape.map((size) => (typeof size === "number" ? size : sizeNamed(size))),
      dtype,
    );
  });
  const run = () => {
    const made = compute(Object.fromEntries(inputs.map(({ name }, i) => [name, own[i] as tf.Tensor])));
    return outputNames.map((name) => made[name] as tf.Tensor);
  };
  try {
    return captureForExport(run, [...own, ...variables]);
  } finally {
    tf.dispose(own);
  }
}

/** Where each size is found: on an axis of the first input that has it. */
function sizesOf(inputs: readonly Input[], sizes: readonly string[], trace: Trace) {
  const found = sizes.map((size) => {
    const input = inputs.findIndex(({ shape }) => shape.includes(size));
    const { shape } = inputs[input] as Input;
    const dtype = trace.inputs[input]?.dtype as number;
    return sizeOfInput(nativeBackend().binding, input, dtype, shape.length, shape.indexOf(size));
  });
  return { origins: found.map((ops) => ({ op: ops.at(-1) as (typeof ops)[0], output: 0 })), ops: found.flat() };
}

function checkOutput(name: string, inputs: readonly Input[]): void {
  checkName("outputs", name);
  if (inputs.every((input) => input.name !== name)) return;
  throw new CompileError(`export: outputs: expected other names than the inputs', got ${name}`);
}

function checkUsed(writer: GraphWriter, inputs: readonly Input[]): void {
  const used = new Set(writer.nodes.flatMap((node) => node.getInputList()));
  const idle = inputs.find(({ name }) => !used.has(name));
  if (idle)
    throw new CompileError(`export: inputs.${idle.name}: expected an input that the outputs need, got one they do not`);
}

import type * as tf from "../../tf";
import { emit } from "../emit/emit";
import { GraphWriter } from "../emit/graph-writer";
import { nativeBackend } from "../engine/backend";
import { CompileError } from "../errors";
import type { Signature, Trace } from "../ir/trace";
import { checkName, type Input, type InputSpec, readInputs } from "./input-spec";
import { type Compute, type ExampleOf, type Examples, examplesAt } from "./samples";
import { type Samples, samplesOf, sizeAt } from "./symbolic-dims";
import { traceSamples } from "./trace-samples";
import { checkWeights, writeWeights } from "./weights";

export interface InferenceGraphOptions {
  /** What goes in, by name: `{ x: [null, null, 28] }` is float32, of any batch size and any number of time steps. */
  inputs: Readonly<Record<string, InputSpec>>;
  /** Every variable that the function uses, by the name that it has in the graph. Their values now go with it. */
  variables: Readonly<Record<string, tf.Variable>>;
  /** The numbers that an input is tried with, by its name, from its shape; −1 to 1 unless told, 0 where not float32. */
  examples?: Readonly<Record<string, ExampleOf>>;
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
  /** Inputs and what the function gave for them, one operation at a time: small ones, then larger ones. */
  readonly trials: readonly [Examples, ...Examples[]];
}

/**
 * Makes a graph for any batch size and length of a function of tensors. The function is captured at a few small sizes;
 * what changes with them is computed from the inputs' shapes. Loops over time must be `dynamicRnn`'s, its kin's or
 * `scan`'s, which become loops of the graph. Nothing of it needs this library.
 *
 * What follows the sizes as far as 131 and does otherwise above (`Math.min(steps, 200)`) is not seen; as far as 19 where
 * fixed sizes are large. A fixed size is tried as it is: a batch of 100 000 takes seconds and a gigabyte, null neither.
 *
 * @param compute from the inputs by name to the outputs by name
 * @throws CompileError when the function cannot be such a graph; the message names the operation and the way out
 */
export function inferenceGraph(
  compute: Compute,
  { inputs: specs, variables, examples = {} }: InferenceGraphOptions,
): InferenceGraph {
  const { inputs, sizes } = readInputs(specs);
  const samples = samplesOf(
    sizes,
    inputs.map(({ shape }) => shape),
  );
  checkWeights(variables);
  checkExamples(examples, inputs);
  const trialAt = (at: readonly number[]) => examplesAt(compute, inputs, sizeAt(samples, at), examples);
  const [small, ...larger] = samples.trials;
  const first = trialAt(small);
  const outputNames = Object.keys(first.outputs);
  for (const name of outputNames) checkOutput(name, inputs);
  const trace = traceSamples(compute, inputs, outputNames, Object.values(variables), samples);
  const writer = writeGraph(trace, inputs, outputNames, variables);
  const named = (names: readonly string[], signatures: readonly Signature[]): NamedSignature[] =>
    names.map((name, i) => ({ name, ...(signatures[i] as Signature) }));
  const inputNames = inputs.map(({ name }) => name);
  return {
    ...{ writer, inputs: named(inputNames, trace.inputs), outputs: named(outputNames, trace.results) },
    trials: [first, ...larger.map((at) => promised(samples, at, trialAt))],
  };
}

/** The function may fail at sizes that its graph promises to take. @throws CompileError naming them */
function promised({ names }: Samples, at: readonly number[], trialAt: (at: readonly number[]) => Examples): Examples {
  try {
    return trialAt(at);
  } catch (cause) {
    if (cause instanceof CompileError) throw cause;
    const sizes = names.map((name, i) => `${name} is ${at[i]}`).join(", ");
    const message = `export: the function fails where ${sizes}; give a size that has a limit as a number`;
    throw new CompileError(`${message}: ${(cause as Error).message}`, { cause });
  }
}

/** The trace's nodes: inputs and outputs by their names, weights as constants. */
function writeGraph(
  trace: Trace,
  inputs: readonly Input[],
  outputNames: readonly string[],
  variables: InferenceGraphOptions["variables"],
): GraphWriter {
  const writer = new GraphWriter(nativeBackend().binding);
  const placeholders = inputs.map(({ name }, i) => {
    const { dtype, shape } = trace.inputs[i] as Signature;
    return writer.placeholder(name, dtype, shape);
  });
  const constants = writeWeights(writer, variables);
  const refs = emit(writer, trace, { inputs: [...placeholders, ...constants], enter: (value) => value });
  refs.forEach((ref, i) => {
    writer.identity(ref, trace.results[i]?.dtype as number, [], outputNames[i]);
  });
  checkUsed(writer, inputs);
  return writer;
}

function checkExamples(examples: NonNullable<InferenceGraphOptions["examples"]>, inputs: readonly Input[]): void {
  const other = Object.keys(examples).find((name) => inputs.every((input) => input.name !== name));
  if (other === undefined) return;
  throw new CompileError(
    `export: examples.${other}: expected an input's name, one of ${inputs.map(({ name }) => name)}`,
  );
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

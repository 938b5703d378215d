import type * as tf from "../../tf";
import { checkGiven } from "../check-given";
import { emit } from "../emit/emit";
import { GraphWriter } from "../emit/graph-writer";
import { CompileError } from "../errors";
import type { Signature, Trace } from "../ir/trace";
import { checkName, type Input, type InputSpec, readInputs, type TensorsOfInputs } from "./input-spec";
import { type Compute, type ExampleOf, type Examples, examplesAt } from "./samples";
import { type Samples, samplesOf, sizeAt } from "./symbolic-dims";
import { traceSamples } from "./trace-samples";
import { checkWeights, writeWeights } from "./weights";

export interface InferenceGraphOptions<
  I extends Readonly<Record<string, InputSpec>> = Readonly<Record<string, InputSpec>>,
> {
  /** The inputs by name: `{ x: [null, null, 28] }` is float32, of any batch size and any number of time steps. */
  inputs: I;
  /** Every variable that the function uses, by its name in the graph, which gets a copy of its present values. */
  variables: Readonly<Record<string, tf.Variable>>;
  /**
   * Makes the example numbers of an input, by its name, on which the graph is verified. Default: numbers from −1 to 1; 0
   * where the input is not float32.
   */
  examples?: Readonly<Record<string, ExampleOf>>;
}

/** An input or output of an exported graph; −1 stands for a free size. */
export interface NamedSignature extends Signature {
  readonly name: string;
}

/** A function as a graph of TensorFlow's ops, for inference, with its weights as constants. */
export interface InferenceGraph {
  readonly writer: GraphWriter;
  readonly inputs: readonly NamedSignature[];
  readonly outputs: readonly NamedSignature[];
  /** Example inputs and the function's outputs for them, computed eagerly: small ones, then larger ones. */
  readonly trials: readonly [Examples, ...Examples[]];
}

/**
 * Makes a graph of a function of tensors, for any batch size and length. Whoever runs the graph does not need this library.
 *
 * The function is captured at a few small sizes, and whatever differs between them is computed from the inputs' shapes. A
 * loop over time must be one of `dynamicRnn`, `bidirectionalDynamicRnn` or `scan`: these become loops of the graph.
 *
 * A function that follows a size only up to a limit is refused where the limit is below 131, or below 19 where fixed sizes
 * are large. A higher limit (`Math.min(steps, 200)`) is not found. A fixed size is tried as it is: a batch of 100,000 takes
 * seconds and a gigabyte; `null` takes neither.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 28, numUnits: 64 });
 *   const last = ({ x }: { x: tf.Tensor3D }) => ({ state: dynamicRnn(cell, x)[1] });
 *   const graph = inferenceGraph(last, { inputs: { x: [null, null, 28] }, variables: namedWeights(cell) });
 *   console.log(graph.outputs); // a state of shape [-1, 64]
 *
 * @param compute from the inputs by name to the outputs by name. The lengths of the inputs' shapes are the ranks in its type
 * @throws CompileError when the function cannot be such a graph; the message names the operation, and what to do instead
 */
export function inferenceGraph<I extends Readonly<Record<string, InputSpec>>>(
  compute: (inputs: TensorsOfInputs<I>) => Readonly<Record<string, tf.Tensor>>,
  options: InferenceGraphOptions<I>,
): InferenceGraph {
  checkGiven("inferenceGraph", compute, options, ["inputs", "variables", "examples"]);
  const { inputs: specs, variables, examples = {} } = options;
  const call = compute as Compute; // here a tensor of any rank is a tensor
  const { inputs, sizes } = readInputs(specs);
  const samples = samplesOf(
    sizes,
    inputs.map(({ shape }) => shape),
  );
  checkWeights(variables);
  checkExamples(examples, inputs);
  const trialAt = (at: readonly number[]) => examplesAt(call, inputs, sizeAt(samples, at), examples);
  const [small, ...larger] = samples.trials;
  const first = trialAt(small);
  const outputNames = Object.keys(first.outputs);
  for (const name of outputNames) checkOutput(name, inputs);
  const trace = traceSamples(call, inputs, outputNames, Object.values(variables), { samples, examples });
  const writer = writeGraph(trace, inputs, outputNames, variables);
  const named = (names: readonly string[], signatures: readonly Signature[]): NamedSignature[] =>
    names.map((name, i) => ({ name, ...(signatures[i] as Signature) }));
  const inputNames = inputs.map(({ name }) => name);
  return {
    ...{ writer, inputs: named(inputNames, trace.inputs), outputs: named(outputNames, trace.results) },
    trials: [first, ...larger.map((at) => runTrial(samples, at, trialAt))],
  };
}

/** Runs a trial. The function must not fail at sizes that its graph will take. @throws CompileError naming the sizes */
function runTrial({ names }: Samples, at: readonly number[], trialAt: (at: readonly number[]) => Examples): Examples {
  try {
    return trialAt(at);
  } catch (cause) {
    if (cause instanceof CompileError) throw cause;
    const sizes = names.map((name, i) => `${name} is ${at[i]}`).join(", ");
    const message = `export: the function fails where ${sizes}; give a size that has a limit as a number`;
    throw new CompileError(`${message}: ${(cause as Error).message}`, { cause });
  }
}

/** Writes a trace with its inputs and outputs under their names, and its weights as constants. */
function writeGraph(
  trace: Trace,
  inputs: readonly Input[],
  outputNames: readonly string[],
  variables: InferenceGraphOptions["variables"],
): GraphWriter {
  const writer = new GraphWriter();
  const placeholders = inputs.map(({ name }, i) => {
    const { dtype, shape } = trace.inputs[i] as Signature;
    return writer.placeholder(name, dtype, shape);
  });
  const isUsed = usedInputs(trace);
  const constants = writeWeights(writer, variables, (i) => isUsed.has(inputs.length + i));
  const refs = emit(writer, trace, { inputs: [...placeholders, ...constants], enter: (value) => value });
  refs.forEach((ref, i) => {
    writer.identity(ref, trace.results[i]?.dtype as number, [], outputNames[i]);
  });
  checkUsed(writer, inputs);
  return writer;
}

/** The inputs of a trace that its ops or outputs read. */
function usedInputs({ ops, outputs }: Trace): ReadonlySet<number> {
  const values = [...ops.flatMap((op) => op.inputs), ...outputs];
  return new Set(values.flatMap((value) => ("input" in value ? [value.input] : [])));
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
  const unused = inputs.find(({ name }) => !used.has(name));
  if (unused)
    throw new CompileError(
      `export: inputs.${unused.name}: expected an input that the outputs need, got one they do not`,
    );
}

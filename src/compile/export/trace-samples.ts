import * as tf from "../../tf";
import { captureForExport } from "../capture/capture";
import type { Trace } from "../ir/trace";
import { lower } from "../lower";
import { generalise } from "./generalise";
import type { Input } from "./input-spec";
import { type Compute, type ExampleOf, exampleInputs, tensorOf } from "./samples";
import { sizeOfInput } from "./size-ops";
import { type Samples, sizeAt } from "./symbolic-dims";

/**
 * Captures a function at each of the samples' points, and generalises these traces to one for all sizes.
 *
 * @throws CompileError naming an op that depends on a size in a way that one graph cannot follow
 */
export function traceSamples(
  compute: Compute,
  inputs: readonly Input[],
  outputNames: readonly string[],
  variables: readonly tf.Variable[],
  { samples, examples }: { readonly samples: Samples; readonly examples: Readonly<Record<string, ExampleOf>> },
): Trace {
  const zeros = Object.fromEntries(inputs.map(({ name }) => [name, () => 0]));
  const traces = samples.points.map((at) => {
    const given = Object.values(exampleInputs(inputs, sizeAt(samples, at), { ...zeros, ...examples })).map(tensorOf);
    return traceWith(compute, inputs, outputNames, { given, variables });
  });
  const sizes = sizesOf(inputs, samples.names, traces[0] as Trace);
  return generalise(traces, samples, sizes);
}

/**
 * Captures a function on example inputs, and frees these. A function may check its inputs while it is captured, such as lengths
 * that must be at least 1: so they are the numbers of `examples`, and otherwise 0.
 */
function traceWith(
  compute: Compute,
  inputs: readonly Input[],
  outputNames: readonly string[],
  { given, variables }: { readonly given: tf.Tensor[]; readonly variables: readonly tf.Variable[] },
): Trace {
  const run = () => {
    const made = compute(Object.fromEntries(inputs.map(({ name }, i) => [name, given[i] as tf.Tensor])));
    return outputNames.map((name) => made[name] as tf.Tensor);
  };
  try {
    return lower(captureForExport(run, [...given, ...variables]), { anySize: true });
  } finally {
    tf.dispose(given);
  }
}

/** Computes each size: on its axis of the first input that has it. */
function sizesOf(inputs: readonly Input[], sizes: readonly string[], trace: Trace) {
  const found = sizes.map((size) => {
    const input = inputs.findIndex(({ shape }) => shape.includes(size));
    const { shape } = inputs[input] as Input;
    const dtype = trace.inputs[input]?.dtype as number;
    return sizeOfInput(input, dtype, shape.length, shape.indexOf(size));
  });
  return { values: found.map((ops) => ({ op: ops.at(-1) as (typeof ops)[0], output: 0 })), ops: found.flat() };
}

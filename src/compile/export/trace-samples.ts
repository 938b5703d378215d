import * as tf from "../../tf";
import { captureForExport } from "../capture/capture";
import type { Trace } from "../ir/trace";
import { lower } from "../lower";
import { generalise } from "./generalise";
import type { Input } from "./input-spec";
import type { Compute } from "./samples";
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
  samples: Samples,
): Trace {
  const traces = samples.points.map((at) => traceAt(compute, inputs, outputNames, variables, sizeAt(samples, at)));
  const sizes = sizesOf(inputs, samples.names, traces[0] as Trace);
  return generalise(traces, samples, sizes);
}

function traceAt(
  compute: Compute,
  inputs: readonly Input[],
  outputNames: readonly string[],
  variables: readonly tf.Variable[],
  sizeNamed: (name: string) => number,
): Trace {
  const sample = inputs.map(({ shape, dtype }) => {
    return tf.zeros(
      shape.map((size) => (typeof size === "number" ? size : sizeNamed(size))),
      dtype,
    );
  });
  const run = () => {
    const made = compute(Object.fromEntries(inputs.map(({ name }, i) => [name, sample[i] as tf.Tensor])));
    return outputNames.map((name) => made[name] as tf.Tensor);
  };
  try {
    return lower(captureForExport(run, [...sample, ...variables]), { anySize: true });
  } finally {
    tf.dispose(sample);
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

// What a graph that travels is tried out with before it is handed over.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CompileError, inferenceGraph, isCapturing, savedModelFile } from "../../../src/compile";
import { dynamicRnn, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../support";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  vi.unstubAllEnvs();
});

onNative("a graph is tried out", () => {
  test("at a size that it was captured at, and at a larger one", () => {
    const { trials } = inferenceGraph(({ x }) => ({ y: tf.tanh(x as tf.Tensor) }), {
      inputs: { x: [null, null, 3] },
      variables: {},
    });
    expect(trials.map(({ inputs }) => inputs.x?.shape)).toEqual([
      [7, 10, 3],
      [8, 133, 3],
    ]);
  });

  test("with the numbers it is told to be: lengths that differ make a wrong graph known", () => {
    const cell = new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
    const variables = Object.fromEntries(cell.variables.map((variable, i) => [`${i}`, variable]));
    const graphOf = (lengths?: (i: number, shapes: Readonly<Record<string, readonly number[]>>) => number) =>
      inferenceGraph(
        ({ x, lengths }) => {
          const wrong = isCapturing() ? tf.mul<tf.Tensor3D>(x as tf.Tensor3D, 2) : (x as tf.Tensor3D);
          return { y: dynamicRnn(cell, wrong, { sequenceLength: lengths as tf.Tensor1D })[1] };
        },
        {
          inputs: { x: [null, null, 2], lengths: { shape: [null], dtype: "int32" } },
          variables,
          ...(lengths && { examples: { lengths } }),
        },
      );
    const told = graphOf((i, { x }) => (x?.[1] as number) - i);
    expect(told.trials[0]?.inputs.lengths?.values).toEqual([10, 9, 8, 7, 6, 5, 4]);
    expect(() => savedModelFile(told)).toThrow(/the SavedModel gives other outputs than the function: y/);
    expect(() => savedModelFile(graphOf())).not.toThrow(); // all lengths are 0: nothing was to be seen
    cell.dispose();
  });

  test("examples of what is no input, or no whole number, are refused", () => {
    const y = ({ x }: Record<string, tf.Tensor>) => ({ y: tf.gather(tf.range(0, 9), x as tf.Tensor) });
    const inputs = { x: { shape: [null], dtype: "int32" } } as const;
    const given = (examples: object) => () => inferenceGraph(y, { inputs, variables: {}, examples } as never);
    expect(given({ z: () => 1 })).toThrow(/examples.z: expected an input's name/);
    expect(given({ x: () => 0.5 })).toThrow(/examples.x: expected an int32 number, got 0.5/);
    expect(given({ x: () => Number.NaN })).toThrow(CompileError);
  });

  test("and leaves no tensor behind where the temporary folder cannot be written", () => {
    const graph = inferenceGraph(({ x }) => ({ y: tf.tanh(x as tf.Tensor) }), { inputs: { x: [null] }, variables: {} });
    const left = tf.memory().numTensors;
    vi.stubEnv("TMPDIR", "/nowhere/at/all");
    expect(() => savedModelFile(graph)).toThrow(/cannot write the graph into the temporary folder/);
    expect(tf.memory().numTensors - left).toBe(0);
  });
});

// The example inputs on which an exported graph is verified.
import { afterEach, expect, test, vi } from "vitest";
import { browserFiles, CompileError, inferenceGraph, savedModelFile } from "../../../src/compile";
import { isCapturing } from "../../../src/compile/internal";
import { nativeAddon } from "../../../src/native";
import { dynamicRnn, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { onNative } from "../support";

scopeEachTest();
afterEach(() => {
  vi.unstubAllEnvs();
});

onNative("a graph is verified", () => {
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

  test("with fewer steps where a fixed size is large", () => {
    const trialsOf = (batch: number) =>
      inferenceGraph(({ x }) => ({ y: tf.max(x as tf.Tensor, [1, 2]) }), {
        inputs: { x: [batch, null, 4] },
        variables: {},
      }).trials.map(({ inputs }) => inputs.x?.shape[1]);
    expect(trialsOf(8_000)).toEqual([7, 131]);
    expect(trialsOf(100_000)).toEqual([7, 19]);
  });

  test("with the numbers of `examples`: lengths that differ reveal a wrong graph", () => {
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
    expect([...(told.trials[0]?.inputs.lengths?.values ?? [])]).toEqual([10, 9, 8, 7, 6, 5, 4]);
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

  const needsFolder = nativeAddon() === undefined;
  test.runIf(needsFolder)("and leaves no tensor behind where the temporary folder cannot be written", () => {
    const graph = inferenceGraph(({ x }) => ({ y: tf.tanh(x as tf.Tensor) }), { inputs: { x: [null] }, variables: {} });
    const left = tf.memory().numTensors;
    vi.stubEnv("TMPDIR", "/nowhere/at/all");
    expect(() => savedModelFile(graph)).toThrow(/cannot write the graph into the temporary folder/);
    expect(tf.memory().numTensors - left).toBe(0);
  });
});

onNative("the page", () => {
  type Files = Record<string, Uint8Array>;

  /** Runs the page's script as a browser does, with the folder's files. */
  async function run(files: Files): Promise<{ state: string; difference?: number }> {
    const shown: Record<string, string> = {};
    const getElementById = (id: string) => ({
      set textContent(text: string) {
        shown[id] = text;
      },
    });
    const parse = (name: string) => JSON.parse(Buffer.from(files[name] as Uint8Array).toString());
    const loadGraphModel = () => {
      const { weightsManifest, ...artifacts } = parse("model.json");
      const weightData = new Uint8Array(files[weightsManifest[0].paths[0]] as Uint8Array).buffer;
      return tf.loadGraphModel(tf.io.fromMemory({ ...artifacts, weightSpecs: weightsManifest[0].weights, weightData }));
    };
    const script = Buffer.from(files["run.js"] as Uint8Array).toString();
    const start = new Function("tf", "document", "fetch", `${script}; return answer;`);
    const answer: Promise<{ difference: number; model: tf.GraphModel }> = start(
      { ...tf, loadGraphModel },
      { getElementById },
      async (name: string) => ({ json: async () => parse(name) }),
    );
    const settled = await answer.then(
      ({ difference, model }) => {
        model.dispose();
        return { difference };
      },
      () => ({}),
    );
    return { state: shown.state as string, ...settled };
  }

  const written = (): Promise<Files> => {
    const kernel = tf.variable(tf.tensor2d([3, -1, 0.5, 2], [2, 2]));
    const options = { inputs: { x: [null, 2] }, variables: { kernel } };
    return browserFiles(inferenceGraph(({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, kernel) }), options));
  };

  test("says that the model answers as it did here", async () => {
    const { state, difference } = await run(await written());
    expect(state).toMatch(/^It answers as where it was exported: largest difference /);
    expect(difference).toBeLessThanOrEqual(1e-5);
  });

  test("runs the example of an older version's model, which does not name it", async () => {
    const { "model.json": model = new Uint8Array(), ...files } = await written();
    const name = Object.keys(files).find((name) => name.startsWith("example-")) as string;
    const { userDefinedMetadata, ...older } = JSON.parse(Buffer.from(model).toString());
    expect(userDefinedMetadata).toEqual({ example: name });
    const those = { ...files, "example.json": files[name] as Uint8Array, [name]: Buffer.from("{}") };
    const { state } = await run({ ...those, "model.json": Buffer.from(JSON.stringify(older)) });
    expect(state).toMatch(/^It answers as where it was exported: largest difference /);
  });

  test.each<[string, number, RegExp]>([
    ["other weights", 4, /^It does not run here: its answers are off by \d/],
    ["a weight that is no number", Number.NaN, /^It does not run here: its answers are off by NaN/],
  ])("does not say so with %s", async (_, weight, message) => {
    const files = await written();
    const name = Object.keys(files).find((name) => name.startsWith("group1-shard1of1-")) as string;
    const shard = Uint8Array.from(files[name] as Uint8Array);
    const view = new DataView(shard.buffer);
    const place = Array.from({ length: shard.length / 4 }, (_, i) => 4 * i).find(
      (i) => view.getFloat32(i, true) === -1,
    );
    view.setFloat32(place as number, weight, true);
    expect((await run({ ...files, [name]: shard })).state).toMatch(message);
  });
});

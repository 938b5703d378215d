// Models leave this library: for Python's safetensors and TensorFlow, tfjs-node's loader, plain TensorFlow.js, a browser.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBrowser, withPage } from "../../../scripts/notebooks/browser.mjs";
import { CompileError, compile, nativeOp } from "../../../src/compile";
import { DataError } from "../../../src/data";
import { ArgumentError, BasicRNNCell, Dense, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { exportGraphModel, exportSavedModel, loadWeights, modelOf, saveWeights } from "../../../src/train";
import { expectClose } from "../../support";
import { travellers } from "./models";
import { type Case, casesOf, expectSame, pythonWith, pythonWithOrMade, temporaryFolder } from "./support";

const onNative = describe.runIf(tf.engineInUse.name === "tensorflow");
const SIZES = [1, 7].flatMap((batch) => [1, 28, 300].map((steps) => [batch, steps] as const));
const names = Object.keys(travellers);
const make = (name: string) => (travellers[name] as (typeof travellers)["x"])();

test("weights go into a safetensors file and come back; another model's are refused, and nothing changes", async () => {
  const file = join(temporaryFolder(), "weights.safetensors");
  const { model } = make("characters");
  await saveWeights(model, file);
  const before = model.variables.map((variable) => variable.arraySync());
  for (const variable of model.variables) variable.assign(tf.zerosLike(variable));
  await loadWeights(model, file);
  expect(model.variables.map((variable) => variable.arraySync())).toEqual(before);
  const other = make("classifier").model;
  const kept = other.variables.map((variable) => variable.arraySync());
  await expect(loadWeights(other, file)).rejects.toThrow(
    new DataError(file, "rnn/basic_rnn_cell/kernel", "shape [48, 20]", "none").message,
  );
  expect(other.variables.map((variable) => variable.arraySync())).toEqual(kept);
  const { weights = {}, call } = model;
  const { "head/dense/bias": left, ...fewer } = weights;
  const less = { variables: model.variables.filter((variable) => variable !== left), weights: fewer, call };
  await expect(loadWeights(less, file)).rejects.toThrow("also head/dense/bias");
});

test("Python's safetensors reads the weights", async (context) => {
  const python = pythonWithOrMade("safetensors", "0.8.0");
  if (python === undefined) {
    console.log("skipped: no Python with safetensors, and pip cannot install it");
    return context.skip();
  }
  const file = join(temporaryFolder(), "weights.safetensors");
  const { model } = make("classifier");
  await saveWeights(model, file);
  const read = `import json, struct, sys, safetensors
for name, it in sorted(safetensors.deserialize(open(sys.argv[1], "rb").read())):
    print(json.dumps([name, it["dtype"], it["shape"], sum(struct.unpack("<%df" % (len(it["data"]) // 4), bytes(it["data"])))]))`;
  const { stdout, stderr, status } = spawnSync(python, ["-c", read, file], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const found = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const own = Object.entries(model.weights ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  expect(found.map(([name, dtype, shape]) => [name, dtype, shape])).toEqual(
    own.map(([name, { shape }]) => [name, "F32", shape]),
  );
  found.forEach(([, , , sum], i) => {
    const values = Array.from(own[i]?.[1].dataSync() as Float32Array);
    expect(sum).toBeCloseTo(
      values.reduce((total, value) => total + value, 0),
      9,
    );
  });
});

onNative("a SavedModel", () => {
  async function written(sizes: readonly (readonly [number, number])[]): Promise<Case[]> {
    const folder = temporaryFolder();
    const cases: Case[] = [];
    for (const name of names) {
      const traveller = make(name);
      const left = tf.memory().numTensors;
      await exportSavedModel(traveller.model, join(folder, name), { inputs: traveller.inputs });
      expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
      expect(readdirSync(join(folder, name))).toEqual(["saved_model.pb"]);
      cases.push(...casesOf(traveller, join(folder, name), sizes));
    }
    return cases;
  }

  test("gives the same outputs in tfjs-node, at every batch size and length", async () => {
    const { node } = createRequire(__filename)("@tensorflow/tfjs-node") as typeof import("@tensorflow/tfjs-node");
    for (const { folder, inputs, dtypes, output } of await written(SIZES)) {
      const loaded = await node.loadSavedModel(folder);
      const given = Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [
          name,
          tf.tensor(value as number[], undefined, dtypes[name] as "int32"),
        ]),
      );
      const made = loaded.predict(given as never) as unknown as Record<string, tf.Tensor>;
      expectClose(made.output as tf.Tensor, tf.tensor(output as number[]), 1e-5);
      loaded.dispose();
    }
  }, 120_000);

  test("gives the same outputs in Python's TensorFlow, at every batch size and length", async (context) => {
    const python = pythonWith("tensorflow");
    if (python === undefined) {
      console.log("skipped: no Python with tensorflow; UNROLL_TEST_PYTHON may name one");
      return context.skip();
    }
    expectSame(python, "saved_model.py", await written(SIZES));
  }, 240_000);
});

onNative("a graph model", () => {
  test("gives the same outputs in plain TensorFlow.js, at every batch size and length", async () => {
    const folder = temporaryFolder();
    const cases: Case[] = [];
    for (const name of names) {
      const traveller = make(name);
      const left = tf.memory().numTensors;
      await exportGraphModel(traveller.model, join(folder, name), { inputs: traveller.inputs });
      expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
      const sizes = name === "classifier" ? SIZES : SIZES.filter(([, steps]) => steps < 300); // seconds each
      cases.push(...casesOf(traveller, join(folder, name), sizes));
    }
    expectSame(process.execPath, "plain-tfjs.mjs", cases);
  }, 240_000);

  test("runs in a browser, with nothing but its folder", async (context) => {
    if (!hasBrowser()) {
      console.log("skipped: no Chromium");
      return context.skip();
    }
    const folder = temporaryFolder();
    const traveller = make("characters");
    await exportGraphModel(traveller.model, folder, { inputs: traveller.inputs });
    const [asked] = casesOf(traveller, folder, [[3, 40]]) as [Case];
    const server = createServer(({ url }, response) => {
      const path = join(folder, (url as string).replace(/^\/$/, "index.html"));
      if (!existsSync(path)) return response.writeHead(404).end();
      const type = path.endsWith(".html") ? "text/html" : path.endsWith(".js") ? "text/javascript" : "application/json";
      response.writeHead(200, { "content-type": type }).end(readFileSync(path));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const found = await withPage(
        async ({ goto, evaluate }) => {
          await goto(home);
          await evaluate(
            `new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))`,
          );
          const own = await evaluate("answer.then(({ difference }) => difference)");
          const state = await evaluate(`document.getElementById("state").textContent`);
          const asking = `answer.then(async ({ model }) => {
            const x = tf.tensor(${JSON.stringify(asked.inputs.x)}, undefined, "int32");
            return (await model.executeAsync({ x }, "output")).array();
          })`;
          const output = await evaluate(asking);
          const hosts = await evaluate(
            `performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin + "/")`,
          );
          return { own, state, output, hosts };
        },
        { limit: 120_000 },
      );
      expect(found.own).toBeLessThanOrEqual(1e-5);
      expect(found.state).toMatch(/^It answers as where it was exported/);
      expectClose(tf.tensor(found.output as number[]), tf.tensor(asked.output as number[]), 1e-5);
      expect(new Set(found.hosts as string[])).toEqual(new Set([home]));
    } finally {
      server.close();
    }
  }, 240_000);
});

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch {
    return false;
  }
}

onNative("what cannot travel is refused, and nothing is written", () => {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const refused = async (call: (x: tf.Tensor3D) => tf.Tensor, message: RegExp) => {
    const folder = join(temporaryFolder(), "model");
    const left = tf.memory().numTensors;
    const model = modelOf({ rnn: cell }, call);
    const trial = exportSavedModel(model, folder, { inputs: { x: [null, null, 2] } });
    await expect(trial).rejects.toThrow(CompileError);
    await expect(trial).rejects.toThrow(message);
    expect(existsSync(folder)).toBe(false);
    expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
    const works = compile((x: tf.Tensor1D) => tf.mul(x, 2));
    expectClose(
      tf.tidy(() => works(tf.tensor1d([1, 2])).arraySync()),
      [2, 4],
    );
    works.dispose();
  };

  test("a loop of JavaScript over time", async () => {
    await refused(
      (x) => staticRnn(cell, tf.unstack(x, 1) as tf.Tensor2D[])[1],
      /Unpack: .*depends on a size \(batch, steps\).*dynamicRnn/,
    );
  });

  test("a read", async () => {
    await refused((x) => tf.mul(x, x.dataSync()[0] as number), /reads a tensor's values/);
  });

  test("a size that enters in a way of its own", async () => {
    await refused((x) => tf.mul(x, Math.sqrt(x.shape[1])), /Const: .* depends on a size/);
  });

  test("an operation that TensorFlow.js does not have, for a browser only", async () => {
    const folder = join(temporaryFolder(), "model");
    const logGamma = (x: tf.Tensor2D) => nativeOp("Lgamma", [["T", "TYPE", 1]], [x], 1)[0] as tf.Tensor;
    const model = modelOf({ rnn: cell }, (x: tf.Tensor2D) => logGamma(tf.matMul(x, cell.kernel)));
    const inputs = { x: [null, 5] };
    const trial = exportGraphModel(model, folder, { inputs });
    await expect(trial).rejects.toThrow(CompileError);
    await expect(trial).rejects.toThrow(/TensorFlow.js cannot run the graph: Unknown op 'Lgamma'/);
    expect(existsSync(folder)).toBe(false);
    await exportSavedModel(model, folder, { inputs });
    expect(readdirSync(folder)).toEqual(["saved_model.pb"]);
  });

  test("a wrong folder, shape or name", async () => {
    const head = new Dense({ inputSize: 2, outputSize: 1, seed: 1 });
    const model = modelOf({ head }, (x: tf.Tensor2D) => head.call(x));
    const given = (inputs: object) => exportSavedModel(model, temporaryFolder(), { inputs } as never);
    await expect(given({ y: [null, 2] })).rejects.toThrow(ArgumentError);
    await expect(given({ x: [null, -2] })).rejects.toThrow(/inputs.x: expected a shape .* got \[null,-2\]/);
    await expect(given({ x: [null, 3] })).rejects.toThrow(ArgumentError);
    await expect(given({ x: [null, 2], lengths: [null] })).rejects.toThrow(/inputs.lengths: .* the outputs need/);
    await expect(given({ x: { shape: [null, 2], dtype: "float16" } })).rejects.toThrow(/float32, int32 or bool/);
    const file = join(temporaryFolder(), "file");
    await saveWeights(model, file);
    await expect(exportSavedModel(model, file, { inputs: { x: [null, 2] } })).rejects.toThrow(DataError);
  });
});

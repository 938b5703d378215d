/**
 * Our process of --inference: node unroll-infer.mjs TASK.json [tensors] answers each line of standard input with a line, as the
 * Python peers do. node unroll-infer.mjs --write FOLDER writes the task instead.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "#setup/paths.mjs";
import { median } from "../median.mts";
import { libraryIn } from "../workloads/library.mts";
import { type OurNetwork, ourNetwork } from "./network.mts";
import { INPUTS, type InferAnswer, type InferQuestion, type InferTask, NETWORK_NAMES, NETWORKS } from "./networks.mts";

const ROWS = 100;

const data = (): typeof import("unroll/data") => createRequire(join(ROOT, "dist", "index.js"))("./data");

async function write(folder: string): Promise<void> {
  const { Random, numericArray, saveSafetensors, saveFiles } = data();
  const library = libraryIn();
  const random = new Random(1);
  const drawn = (shape: readonly number[]) => {
    const [rows = 1, columns = 1] = shape;
    const limit = shape.length === 1 ? 0.3 : Math.sqrt(6 / (rows + columns));
    const size = shape.reduce((product, axis) => product * axis, 1);
    return numericArray(
      Float32Array.from({ length: size }, () => random.uniform(-limit, limit)),
      shape,
    );
  };
  const arrays = NETWORK_NAMES.flatMap((name) => {
    const { weights } = ourNetwork(library, NETWORKS[name], { withTensors: false });
    return Object.entries(weights).map(([weight, { shape }]) => [`${name}/${weight}`, drawn(shape)] as const);
  });
  const task: InferTask = { weights: join(folder, "weights.safetensors"), networks: NETWORKS };
  await saveSafetensors(task.weights, { ...Object.fromEntries(arrays), x: drawn([ROWS, INPUTS]) });
  await saveFiles(folder, { "task.json": Buffer.from(JSON.stringify(task)) });
  console.log(JSON.stringify({ path: join(folder, "task.json") }));
}

async function serve(path: string, withTensors: boolean): Promise<void> {
  const library = libraryIn();
  const task: InferTask = JSON.parse(readFileSync(path, "utf8"));
  const arrays = await data().loadSafetensors(task.weights);
  const arrayOf = (name: string) => {
    const array = arrays[name];
    if (array === undefined) throw new Error(`${task.weights} lacks ${name}`);
    return array;
  };
  const x = Float32Array.from(arrayOf("x").data as Float32Array);
  const rows = Array.from({ length: ROWS }, (_, i) => x.slice(i * INPUTS, (i + 1) * INPUTS));
  const made = new Map<string, OurNetwork>();
  const networkOf = (name: InferQuestion["network"]) => {
    const known = made.get(name) ?? ourNetwork(library, NETWORKS[name], { withTensors });
    if (made.has(name)) return known;
    for (const [weight, variable] of Object.entries(known.weights)) {
      const value = library.rnn.toTensor(arrayOf(`${name}/${weight}`));
      variable.assign(value);
      value.dispose();
    }
    made.set(name, known);
    return known;
  };

  function answer({ network, seconds, tell }: InferQuestion): InferAnswer {
    const { reset, call } = networkOf(network);
    const inputs = NETWORKS[network].steps > 1 ? [x] : rows;
    reset();
    const outputs = tell ? inputs.flatMap((each) => [...Array.from(call(each))]) : undefined;
    const begin = performance.now();
    const passes: number[] = [];
    do {
      const start = performance.now();
      for (const each of inputs) call(each);
      passes.push((performance.now() - start) / inputs.length);
    } while (performance.now() - begin < 1000 * seconds);
    const us = 1000 * median(passes);
    return { us, ...(outputs && { outputs }) };
  }

  console.log(JSON.stringify({ version: "unroll" }));
  for await (const line of createInterface(process.stdin)) console.log(JSON.stringify(answer(JSON.parse(line))));
}

const [first = "", second = ""] = process.argv.slice(2);
try {
  await (first === "--write" ? write(second) : serve(first, second === "tensors"));
} catch (error) {
  console.error(String(error instanceof Error ? error.message : error).split("\n")[0]);
  process.exitCode = 1;
}

/**
 * Our decoding process: node unroll-decode.mjs TASK.json answers each line of standard input with a line, as the Python
 * peers do. node unroll-decode.mjs --write FOLDER writes the task instead.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "#setup/paths.mjs";
import { libraryIn } from "../workloads/library.mts";
import { type DecodeLibrary, decodeNetwork } from "./network.mts";
import { type DecodeTask, writeTask } from "./task.mts";
import type { Answer, Question } from "./ways.mts";

function library(): DecodeLibrary {
  const load = createRequire(join(ROOT, "dist", "index.js"));
  return { ...libraryIn(), data: load("./data"), seq2seq: load("./seq2seq") };
}

async function write(folder: string): Promise<void> {
  const all = library();
  const { weights } = decodeNetwork(all, { begin: 1, end: 2 });
  console.log(JSON.stringify({ path: await writeTask(all.data, folder, weights) }));
}

async function serve(path: string): Promise<void> {
  const all = library();
  const task: DecodeTask = JSON.parse(readFileSync(path, "utf8"));
  const { model, weights } = decodeNetwork(all, task);
  const arrays = await all.data.loadSafetensors(task.weights);
  for (const [name, variable] of Object.entries(weights)) {
    const array = arrays[name];
    if (array === undefined) throw new Error(`${task.weights} lacks ${name}`);
    variable.assign(all.rnn.toTensor(array));
  }
  const sources = task.sources.map((source) => Int32Array.from(source));
  const { maximumLength } = task;

  async function pass({ start, count, batch, beamWidth }: Question): Promise<number[][]> {
    const tokens: number[][] = [];
    for (let at = start; at < start + count; at += batch) {
      const some = sources.slice(at, Math.min(at + batch, start + count));
      const options = { beamWidth, maximumLength, lengthPenalty: 0, batchSize: batch };
      for (const { ids } of await all.seq2seq.decode(model, some, options)) tokens.push([...ids]);
    }
    return tokens;
  }

  async function answer(question: Question): Promise<Answer> {
    const begin = performance.now();
    let passes = 0;
    let tokens: number[][] = [];
    do {
      tokens = await pass(question);
      passes++;
    } while (performance.now() - begin < 1000 * question.seconds);
    const ms = (performance.now() - begin) / (passes * question.count);
    return { ms, ...(question.tell && { tokens }) };
  }

  console.log(JSON.stringify({ version: "unroll" }));
  for await (const line of createInterface(process.stdin)) console.log(JSON.stringify(await answer(JSON.parse(line))));
}

const [first = "", folder = ""] = process.argv.slice(2);
try {
  await (first === "--write" ? write(folder) : serve(first));
} catch (error) {
  console.error(String(error instanceof Error ? error.message : error).split("\n")[0]);
  process.exitCode = 1;
}

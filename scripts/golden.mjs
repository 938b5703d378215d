/**
 * npm run golden [-- DIR --engine tensorflow|wasm|cpu]: runs every case in DIR (test/golden/tf1 unless told) and prints
 * a line a case with its largest errors: outputs and states absolute, the loss relative to it (where above 1), each
 * gradient relative to its largest element.
 *
 * Ends with 1 when a forward error is over 1e-5 or a gradient's over 1e-4 (1e-4 for both on wasm and cpu), or when a case
 * cannot be run; 2 for a wrong argument.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runCase } from "./golden/run-case.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENGINES = ["tensorflow", "wasm", "cpu"];

function argumentsOf(args) {
  const { values, positionals } = parseArgs({ args, options: { engine: { type: "string" } }, allowPositionals: true });
  if (positionals.length > 1) throw new Error(`expected one folder, got ${positionals.join(" ")}`);
  if (values.engine !== undefined && !ENGINES.includes(values.engine)) {
    throw new Error(`--engine: expected one of ${ENGINES.join(", ")}, got "${values.engine}"`);
  }
  return { folder: positionals[0] ?? join(ROOT, "test/golden/tf1"), engine: values.engine };
}

function casesIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "index.json");
  if (names.length === 0) throw new Error(`${folder}: expected cases, *.json files, found none`);
  return names.sort();
}

function judge(rnn, tf, path, limits) {
  try {
    const errors = tf.tidy(() => runCase(rnn, tf, JSON.parse(readFileSync(path, "utf8"))));
    const good = Object.entries(limits).every(([part, limit]) => errors[part] <= limit);
    return {
      good,
      text: Object.entries(errors)
        .map(([part, error]) => `${part} ${error.toExponential(1)}`)
        .join("  "),
    };
  } catch (error) {
    return { good: false, text: error.message };
  }
}

async function main(args) {
  const { folder, engine } = argumentsOf(args);
  if (engine === "wasm" || engine === "cpu") process.env.UNROLL_ENGINE = engine;
  const names = casesIn(folder);
  const { tf } = await import("../dist/index.js");
  const rnn = await import("../dist/rnn/index.js");
  await tf.ready();
  if (engine !== undefined && tf.engineInUse.name !== engine)
    throw new Error(`no ${engine} here: ${tf.engineInUse.reason}`);
  const forward = tf.engineInUse.name === "tensorflow" ? 1e-5 : 1e-4;
  const limits = { outputs: forward, states: forward, loss: forward, gradients: 1e-4 };
  let failed = 0;
  for (const name of names) {
    const { good, text } = judge(rnn, tf, join(folder, name), limits);
    if (!good) failed++;
    console.log(`${good ? "ok  " : "FAIL"} ${name.replace(/\.json$/, "").padEnd(40)} ${text}`);
  }
  const where = relative(process.cwd(), folder) || ".";
  console.log(
    `${names.length - failed} of ${names.length} cases in ${where} agree with TensorFlow 1.x, on ${tf.engineInUse.name}`,
  );
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`golden: ${error.message}`);
    process.exitCode = 2;
  },
);

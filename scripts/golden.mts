/**
 * npm run golden [-- DIR --engine tensorflow|wasm|cpu]: runs every case in DIR (Default: test/golden/tf1) and prints
 * a line a case with its largest errors: outputs and states absolute, the loss relative to it (where above 1), each
 * gradient relative to its largest element.
 *
 * Ends with 1 when a forward error is over 1e-5 or a gradient's over 1e-4 (1e-4 for both on wasm and cpu), or when a case
 * cannot be run; 2 for a wrong argument.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "#setup/paths.mjs";
import type { Case } from "./golden/case.mts";
import type { CaseErrors } from "./golden/run-case.mts";

const ENGINES = ["tensorflow", "wasm", "cpu"];

function argumentsOf(args: string[]): { folder: string; engine: string | undefined } {
  const { values, positionals } = parseArgs({ args, options: { engine: { type: "string" } }, allowPositionals: true });
  if (positionals.length > 1) throw new Error(`expected one folder, got ${positionals.join(" ")}`);
  if (values.engine !== undefined && !ENGINES.includes(values.engine)) {
    throw new Error(`--engine: expected one of ${ENGINES.join(", ")}, got "${values.engine}"`);
  }
  return { folder: positionals[0] ?? join(ROOT, "test/golden/tf1"), engine: values.engine };
}

function casesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "index.json");
  if (names.length === 0) throw new Error(`${folder}: expected cases, *.json files, found none`);
  return names.sort();
}

function readCase(path: string): Case {
  return JSON.parse(readFileSync(path, "utf8"));
}

function judge(run: () => CaseErrors, limits: CaseErrors): { good: boolean; text: string } {
  try {
    const errors = run();
    const parts = ["outputs", "states", "loss", "gradients"] as const;
    return {
      good: parts.every((part) => errors[part] <= limits[part]),
      text: parts.map((part) => `${part} ${errors[part].toExponential(1)}`).join("  "),
    };
  } catch (error) {
    return { good: false, text: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function main(args: string[]): Promise<number> {
  const { folder, engine } = argumentsOf(args);
  if (engine === "wasm" || engine === "cpu") process.env.UNROLL_ENGINE = engine;
  const names = casesIn(folder);
  const tf = await import("unroll/tf"); // after the engine was chosen
  const { runCase } = await import("./golden/run-case.mts");
  await tf.ready();
  if (engine !== undefined && tf.engineInUse.name !== engine)
    throw new Error(`no ${engine} here: ${tf.engineInUse.reason}`);
  const forward = tf.engineInUse.name === "tensorflow" ? 1e-5 : 1e-4;
  const limits = { outputs: forward, states: forward, loss: forward, gradients: 1e-4 };
  let failed = 0;
  for (const name of names) {
    const run = () => {
      const spec = readCase(join(folder, name));
      tf.engine().startScope();
      try {
        return runCase(spec);
      } finally {
        tf.engine().endScope();
      }
    };
    const { good, text } = judge(run, limits);
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
    console.error(`golden: ${messageOf(error)}`);
    process.exitCode = 2;
  },
);

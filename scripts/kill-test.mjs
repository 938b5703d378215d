/**
 * npm run kill-test [-- N --seed S --full-disk --verbose]: kills a training N times (20 unless told) with SIGKILL, each
 * at a random moment, and goes on from what is left. After each kill the latest checkpoint must be whole, and the last
 * that was said to be written or newer; at the end weights, slots and numbers must be an uninterrupted run's, byte for
 * byte. --full-disk does the same on a small disk that fills up.
 *
 * The last line is a summary. Ends with 1 when something was wrong, 2 for a wrong argument, 77 where nothing can be
 * compiled.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { canCompile } from "../dist/compile/index.js";
import { SKIPPED } from "./checks/step.mjs";
import { killChain } from "./kill-test/chain.mjs";
import { fullDisk } from "./kill-test/full-disk.mjs";

function argumentsOf(args) {
  const flag = { type: "boolean", default: false };
  const options = { seed: { type: "string" }, "full-disk": flag, verbose: flag };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const kills = Number(positionals[0] ?? (values["full-disk"] ? 0 : 20));
  if (positionals.length > 1 || !Number.isInteger(kills) || kills < 0 || !Number.isInteger(seed)) {
    throw new Error(`expected a number of kills and whole numbers, got ${args.join(" ")}`);
  }
  return { kills, seed, onDisk: values["full-disk"], verbose: values.verbose };
}

async function main(args) {
  const { kills, seed, onDisk, verbose } = argumentsOf(args);
  if (!canCompile()) {
    console.log("kill-test: not tried, compiled steps need the native engine (npx unroll setup)");
    return SKIPPED;
  }
  const top = mkdtempSync(join(tmpdir(), "unroll-kills-"));
  const folder = (name) => {
    mkdirSync(join(top, name));
    return join(top, name);
  };
  const violations = [];
  const started = Date.now();
  try {
    if (onDisk) {
      const folders = { disk: folder("disk"), straight: folder("straight-disk") };
      const found = await fullDisk(folders, console.log);
      if (found) console.log(`full disk: ${found.length} violations`);
      violations.push(...(found ?? []));
    }
    if (kills > 0) {
      console.log(`kill-test: ${kills} kills, seed ${seed}`);
      const folders = { chain: folder("chain"), straight: folder("straight"), measured: folder("measured") };
      const {
        phases,
        until,
        violations: found,
      } = await killChain(folders, kills, seed, verbose ? console.log : undefined);
      violations.push(...found);
      const fell = Object.entries(phases).map(([word, count]) => `${count} at "${word}"`);
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      console.log(
        `kill-test: ${kills} kills (${fell.join(", ")}), ${until} steps, ${found.length} violations, ${seconds} s`,
      );
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  for (const line of violations) console.error(`✗ ${line}`);
  return violations.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`kill-test: ${error.message}`);
    process.exitCode = 2;
  },
);

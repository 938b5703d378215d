/**
 * npm run kill-test [-- N --seed S --full-disk --verbose]: kills a training N times (Default: 20) with SIGKILL, each at a
 * random moment, and goes on from what is left. After each kill the latest checkpoint must be whole, and must be the last
 * that the training reported as written, or a newer one. At the end weights, slots and numbers must be those of an
 * uninterrupted run, byte for byte. --full-disk does the same on a small disk that fills up.
 *
 * The last line is a summary. Ends with 1 when something was wrong, 2 for a wrong argument, 77 where nothing can be
 * compiled.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { canCompile } from "unroll/compile";
import { killChain } from "./kill-test/chain.mts";
import { fullDisk } from "./kill-test/full-disk.mts";

/** npm test counts a check that ends with this code as skipped. */
const SKIPPED = 77;

interface Asked {
  readonly kills: number;
  readonly seed: number;
  readonly onDisk: boolean;
  readonly verbose: boolean;
}

function argumentsOf(args: string[]): Asked {
  const flag = { type: "boolean", default: false } as const;
  const options = { seed: { type: "string" }, "full-disk": flag, verbose: flag } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const kills = Number(positionals[0] ?? (values["full-disk"] ? 0 : 20));
  if (positionals.length > 1 || !Number.isInteger(kills) || kills < 0 || !Number.isInteger(seed)) {
    throw new Error(`expected a number of kills and whole numbers, got ${args.join(" ")}`);
  }
  return { kills, seed, onDisk: values["full-disk"], verbose: values.verbose };
}

async function main(args: string[]): Promise<number> {
  const asked = argumentsOf(args);
  if (!canCompile()) {
    console.log("kill-test: not tried, compiled steps need the native engine (npx unroll setup)");
    return SKIPPED;
  }
  const top = mkdtempSync(join(tmpdir(), "unroll-kills-"));
  const violations: string[] = [];
  try {
    if (asked.onDisk) violations.push(...(await fillDisk(top)));
    if (asked.kills > 0) violations.push(...(await kill(top, asked)));
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  for (const line of violations) console.error(`✗ ${line}`);
  return violations.length === 0 ? 0 : 1;
}

async function fillDisk(top: string): Promise<readonly string[]> {
  const folders = { disk: folderIn(top, "disk"), straight: folderIn(top, "straight-disk") };
  const found = await fullDisk(folders, console.log);
  if (found) console.log(`full disk: ${found.length} violations`);
  return found ?? [];
}

async function kill(top: string, { kills, seed, verbose }: Asked): Promise<readonly string[]> {
  const started = Date.now();
  console.log(`kill-test: ${kills} kills, seed ${seed}`);
  const folders = {
    chain: folderIn(top, "chain"),
    straight: folderIn(top, "straight"),
    measured: folderIn(top, "measured"),
  };
  const { phases, until, violations } = await killChain(folders, kills, seed, verbose ? console.log : undefined);
  const fell = Object.entries(phases).map(([word, count]) => `${count} at "${word}"`);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `kill-test: ${kills} kills (${fell.join(", ")}), ${until} steps, ${violations.length} violations, ${seconds} s`,
  );
  return violations;
}

function folderIn(top: string, name: string): string {
  mkdirSync(join(top, name));
  return join(top, name);
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

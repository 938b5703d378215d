// Memory errors and leaks of the addon, as AddressSanitizer and LeakSanitizer see them.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { addonPath, buildAddon } from "../../scripts/setup/engine/addon.mjs";
import { findEngine } from "../../scripts/setup/modules.mjs";
import { context } from "../../scripts/setup/paths.mjs";
import { nativeAddon } from "../../src/native";
import "../../src/tf";

const ctx = context({ say: () => {} });
const library = runtimeOfSanitizer();
const isPossible = nativeAddon() !== undefined && library !== undefined;
if (!isPossible) console.warn("the addon's memory is not checked: needs the addon, and g++ with libasan");

/** The library that must be loaded before Node; undefined where the compiler has none. */
function runtimeOfSanitizer(): string | undefined {
  try {
    const path = execFileSync("g++", ["-print-file-name=libasan.so"], { encoding: "utf8" }).trim();
    return existsSync(path) ? path : undefined; // without it, the compiler prints the name alone
  } catch {
    return undefined;
  }
}

function randomCalls(...args: string[]) {
  const addon = addonPath(ctx, findEngine(ctx.root) as string, { sanitize: true });
  return spawnSync(process.execPath, ["--expose-gc", join(__dirname, "random-calls.cjs"), addon, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      LD_PRELOAD: library,
      ASAN_OPTIONS: "detect_leaks=1:detect_odr_violation=0:alloc_dealloc_mismatch=0:quarantine_size_mb=64",
    },
  });
}

/**
 * The reports of leaks with the addon in their stacks, except those of the 40 bytes that Node keeps for each external until
 * it is collected: it does not free them when the process ends.
 */
const leaksOf = (report: string) =>
  report
    .split(/\n(?=(?:Direct|Indirect) leak)/)
    .filter(
      (block) => /\b(addon|kernels)\/[\w-]+\.(cc|h):\d+/.test(block) && !/#1 \S+ in napi_create_external/.test(block),
    );

describe.runIf(isPossible)("random calls of the addon, wrong ones too, interleaved, in two threads", () => {
  beforeAll(async () => {
    await buildAddon(ctx, { sanitize: true });
  });

  test("100,000 make no wrong access, and the process may end during a run", () => {
    const { status, signal, stdout, stderr } = randomCalls("100000", "1", "running");
    expect([status, signal], stderr.slice(0, 10_000)).toEqual([0, null]);
    expect(JSON.parse(stdout)).toMatchObject({ calls: 100_000 });
  });

  test("20,000 leak nothing of ours: what Node and TensorFlow leave has stacks without the addon", () => {
    const { stdout, stderr } = randomCalls("20000", "2");
    expect(JSON.parse(stdout)).toMatchObject({ calls: 20_000 });
    expect(stderr).not.toMatch(/AddressSanitizer: (?!\d+ byte)/);
    expect(leaksOf(stderr)).toEqual([]);
  });
});

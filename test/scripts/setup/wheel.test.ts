import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fetchWheel } from "../../../scripts/setup/engine/wheel.mjs";
import { WHEELS, type Wheel } from "../../../scripts/setup/engine/wheels.mjs";
import type { Context } from "../../../scripts/setup/paths.mjs";
import { type Commands, contextIn, python, temporaryFolder, write } from "../support";

const CONTENT = "the wheel";
const WHEEL: Wheel = {
  package: "tensor",
  version: "1.0",
  pipPlatform: "any",
  file: "tensor-1.0.whl",
  bytes: CONTENT.length,
  unpackedBytes: CONTENT.length,
  sha256: createHash("sha256").update(CONTENT).digest("hex"),
};

/** A pip that notes each call, and writes a file with this content into the folder after --dest. */
const pip = (content: string): Commands => ({
  python3: python({
    more: `*"pip download"*) echo call >> "$HOME/../calls"
      while [ "$1" != --dest ]; do shift; done
      printf '${content}' > "$2/${WHEEL.file}" ;;`,
  }),
});
const callsIn = (folder: string) =>
  existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").split("\n").length - 1 : 0;
const cached = (ctx: Context) => readdirSync(ctx.cache);

test("a checked wheel in the cache is used as it is", async () => {
  const folder = temporaryFolder();
  const ctx = contextIn(folder, pip("never"));
  write(ctx.cache, { [WHEEL.file]: CONTENT });
  expect(await fetchWheel(ctx, WHEEL)).toBe(join(ctx.cache, WHEEL.file));
  expect(callsIn(folder)).toBe(0);
});

test("a wheel is fetched by pip into the cache, and nothing else stays there", async () => {
  const ctx = contextIn(temporaryFolder(), pip(CONTENT));
  await fetchWheel(ctx, WHEEL);
  expect(cached(ctx)).toEqual([WHEEL.file]);
});

test.each([
  ["of the wrong size", "half"],
  ["of the right size with wrong bytes", "the WHEEL"],
])("a cached file %s is deleted and fetched once more", async (_, wrong) => {
  const folder = temporaryFolder();
  const ctx = contextIn(folder, pip(CONTENT));
  write(ctx.cache, { [WHEEL.file]: wrong });
  await fetchWheel(ctx, WHEEL);
  expect(readFileSync(join(ctx.cache, WHEEL.file), "utf8")).toBe(CONTENT);
  expect(ctx.said.join("\n")).toContain("the cached tensor-1.0.whl is not the pinned file");
  expect(callsIn(folder)).toBe(1);
});

test("what pip gives is refused, and not kept, when it is not the pinned file", async () => {
  const ctx = contextIn(temporaryFolder(), pip("the WHEEL"));
  await expect(fetchWheel(ctx, WHEEL)).rejects.toThrow(
    /is not the pinned file \(SHA-256 .* instead of .*\): check pip's index/,
  );
  expect(cached(ctx)).toEqual([]);
});

test("a failing pip leaves nothing in the cache", async () => {
  const failing = python({ more: '*"pip download"*) echo "Temporary failure in name resolution"; exit 1 ;;' });
  const ctx = contextIn(temporaryFolder(), { python3: failing });
  await expect(fetchWheel(ctx, WHEEL)).rejects.toThrow(/^no network for pip \(while fetching tensor 1\.0\)/);
  expect(cached(ctx)).toEqual([]);
});

test("half downloads of killed runs are removed, those of living ones stay", async () => {
  const ctx = contextIn(temporaryFolder(), pip(CONTENT));
  const living = `part-${hostname()}-${process.ppid}`;
  write(ctx.cache, { [`part-${hostname()}-999999999/half`]: "…", [`${living}/half`]: "…" });
  await fetchWheel(ctx, WHEEL);
  expect(cached(ctx).sort()).toEqual([living, WHEEL.file].sort());
});

test("a full disk is told before the download", async () => {
  const folder = temporaryFolder();
  const ctx = contextIn(folder, pip(CONTENT), { statfs: () => ({ bavail: 0, bsize: 4096 }) });
  await expect(fetchWheel(ctx, WHEEL)).rejects.toThrow(/^the disk is too full for the download of TensorFlow/);
  expect(callsIn(folder)).toBe(0);
});

test("a cache folder that cannot be made is named", async () => {
  const folder = temporaryFolder();
  write(folder, { file: "not a folder" });
  const ctx = contextIn(folder, pip(CONTENT), { cache: join(folder, "file", "cache") });
  await expect(fetchWheel(ctx, WHEEL)).rejects.toThrow(/^the cache folder .*file.cache is not writable \(ENOTDIR\)/);
});

test("every pinned wheel has its size and its SHA-256", () => {
  for (const wheel of Object.values(WHEELS)) {
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(wheel.bytes).toBeGreaterThan(1e8);
    expect(wheel.file).toContain(wheel.version);
  }
});

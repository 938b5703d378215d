// What the kill test judges by: that it would see a violation. The killing itself is a check of npm test.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { look } from "../../../scripts/kill-test/chain.mts";
import { differences, leftovers } from "../../../scripts/kill-test/compare.mts";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { writeCheckpoint } from "../../../src/data";
import { buildFirst } from "../built";
import { temporaryFolder } from "../support";

buildFirst();

const write = (folder: string, number: number, value = 1) =>
  writeCheckpoint(folder, {
    number,
    tensors: { w: { data: Float32Array.of(value), shape: [1] } },
    state: { iteration: number },
  });

async function looked(folder: string, atLeast: number): Promise<(number | string)[]> {
  const lines: string[] = [];
  const number = await look(folder, atLeast, (line) => lines.push(line));
  return [number, ...lines];
}

test("a checkpoint lost, damaged, or of another step than its number is seen", async () => {
  const folder = temporaryFolder();
  expect(await looked(folder, 0)).toEqual([0]);
  expect(await looked(folder, 3)).toEqual([0, "the latest checkpoint is 0; 3 was written"]);
  await write(folder, 3);
  const six = await write(folder, 6);
  expect(await looked(folder, 3)).toEqual([6]);
  expect(await looked(folder, 9)).toEqual([6, "the latest checkpoint is 6; 9 was written"]);
  writeFileSync(join(six, "checkpoint.json"), "{}");
  expect(await looked(folder, 6)).toEqual([
    3,
    expect.stringContaining("passed over"),
    "the latest checkpoint is 3; 6 was written",
  ]);
  rmSync(join(folder, "checkpoint-000000003", "tensors.safetensors"));
  expect((await looked(folder, 6)).length).toBeGreaterThan(1);
  const other = temporaryFolder();
  await writeCheckpoint(other, { number: 5, tensors: {}, state: { iteration: 4 } });
  expect(await looked(other, 5)).toEqual([5, "checkpoint 5 is of step 4"]);
});

test("one bit of difference at the end is seen, and a run that did not get there", async () => {
  const [a, b, c] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  await write(a, 7, 1);
  await write(b, 7, 1);
  await write(c, 7, 1 + 2 ** -23);
  expect(differences(a, b, 7)).toEqual([]);
  expect(differences(a, c, 7)[0]).toBe("tensors.safetensors of step 7 is not the uninterrupted run's");
  expect(differences(a, b, 8)[0]).toMatch(/no last checkpoint/);
});

test("what is left behind is seen, and checkpoints that should have gone", async () => {
  const folder = temporaryFolder();
  for (const number of [1, 2, 3, 4]) await write(folder, number);
  expect(leftovers(folder)).toEqual([]);
  writeFileSync(join(folder, ".unfinished-x"), "");
  expect(leftovers(folder)).toEqual(["left behind: .unfinished-x"]);
  expect(readdirSync(folder)).toHaveLength(4);
});

test("a wrong argument is refused in a line", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "dist/scripts/kill-test.mjs"), "many"], {
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/kill-test: expected a number of kills/);
});

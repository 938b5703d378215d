import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bestCheckpoint, DataError, markBest, readCheckpoint, writeCheckpoint } from "../../../src/data";
import { temporaryFolder } from "../../temporary-folder";

const content = (number: number) => ({
  number,
  tensors: { w: { data: Float32Array.of(number, 2), shape: [2] } },
  state: { step: number },
});

test("markBest(path, best) gives a checkpoint its value and changes nothing else; the checkpoint may be the best then", async () => {
  const to = temporaryFolder();
  const paths = [];
  for (const number of [1, 2, 3]) paths.push(await writeCheckpoint(to, content(number)));
  const [path = ""] = paths;
  const before = await readCheckpoint(path);
  await markBest(path, { value: Number.NaN, mode: "min" });
  expect(await readCheckpoint(path)).toEqual(before);
  await markBest(path, { value: 0.5, mode: "min" });
  expect(await readCheckpoint(path)).toEqual({ ...before, best: { value: 0.5, mode: "min" } });
  expect((await bestCheckpoint(to))?.number).toBe(1);
  await markBest(path, { value: 0.1, mode: "max" });
  expect((await readCheckpoint(path)).best).toEqual({ value: 0.5, mode: "min" }); // one that has a value keeps it
  expect(readdirSync(path).sort()).toEqual(["checkpoint.json", "tensors.safetensors"]);
  await writeCheckpoint(to, content(4), { keep: 1, best: { value: 0.9, mode: "min" } });
  expect(readdirSync(to).sort()).toEqual(["checkpoint-000000001", "checkpoint-000000004"]);
});

test("markBest refuses a damaged or missing checkpoint", async () => {
  const path = await writeCheckpoint(temporaryFolder(), content(1));
  appendFileSync(join(path, "checkpoint.json"), " ");
  await expect(markBest(path, { value: 1, mode: "min" })).rejects.toThrow(DataError);
  await expect(markBest(join(path, "none"), { value: 1, mode: "min" })).rejects.toThrow(DataError);
});

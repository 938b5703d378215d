// These tests mount a file system of 256 KiB, where that is permitted. crash.test.ts injects the same errors anywhere.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeCheckpoint } from "../../../src/data";
import { unfinishedName } from "../../../src/data/files/unfinished";
import { dataErrorOf, temporaryFolder } from "../support";
import { content, expectContent, latest, numbersIn } from "./support";

const VALUES = 10_000; // 80 KB for each checkpoint

function smallDisk(skip: (condition: boolean, note: string) => void): string {
  const folder = temporaryFolder();
  const { status, error } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]);
  if (status !== 0)
    console.log(`    not tried: mounting a small file system is not permitted here (${error ?? status})`);
  skip(status !== 0, "mounting is not permitted here");
  onTestFinished(() => void spawnSync("umount", [folder]));
  return folder;
}

test("writeCheckpoint on a full disk: a clear error, undamaged old checkpoints, nothing left behind; it works with room again", async ({
  skip,
}) => {
  const disk = smallDisk(skip);
  const folder = join(disk, "run");
  await writeCheckpoint(folder, content(1, VALUES), { keep: 1 });
  writeFileSync(join(disk, "other"), Buffer.alloc(120_000));
  const error = await dataErrorOf(() => writeCheckpoint(folder, content(2, VALUES), { keep: 1 }));
  expect(error.message).toMatch(/disk: expected room for the checkpoint, got ENOSPC, no space left on the device$/);
  expect(numbersIn(folder)).toEqual([1]);
  expectContent((await latest(folder))[0], 1, VALUES);
  rmSync(join(disk, "other"));
  await writeCheckpoint(folder, content(2, VALUES), { keep: 1 });
  expect(numbersIn(folder)).toEqual([2]);
  expectContent((await latest(folder))[0], 2, VALUES);
});

test("writeCheckpoint removes the folders of killed processes when the disk is full", async ({ skip }) => {
  const disk = smallDisk(skip);
  await writeCheckpoint(disk, content(1, VALUES));
  const abandoned = join(disk, unfinishedName().replace(`-${process.pid}-`, "-999999999-"));
  mkdirSync(abandoned);
  writeFileSync(join(abandoned, "tensors.safetensors"), Buffer.alloc(150_000));
  await writeCheckpoint(disk, content(2, VALUES));
  expect(numbersIn(disk)).toEqual([1, 2]);
});

test("writeCheckpoint on a read-only file system: a clear error, and old checkpoints can be read", async ({ skip }) => {
  const disk = smallDisk(skip);
  await writeCheckpoint(disk, content(1));
  expect(spawnSync("mount", ["-o", "remount,ro", disk]).status).toBe(0);
  const error = await dataErrorOf(() => writeCheckpoint(disk, content(2)));
  expect(error).toMatchObject({ field: "access", actual: "EROFS, a read-only file system" });
  expect(numbersIn(disk)).toEqual([1]);
  expectContent((await latest(disk))[0], 1);
});

/** The training on a disk that fills up: a small file system of its own, where mounting one is permitted. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { look } from "./chain.mts";
import { differences, leftovers } from "./compare.mts";
import { reasonOf, runChild } from "./run-child.mts";

const EVERY = 3;

type Say = (line: string) => void;

export interface DiskFolders {
  readonly disk: string;
  /** Of the uninterrupted run. */
  readonly straight: string;
}

/** @returns what was wrong, a line each; undefined, after a line, where mounting is not permitted */
export async function fullDisk({ disk, straight }: DiskFolders, say: Say): Promise<string[] | undefined> {
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], { encoding: "utf8" });
  if (mounted.status !== 0) {
    say(`full disk: not tried, mounting a small file system is not permitted here (${whyNot(mounted)})`);
    return undefined;
  }
  try {
    return await fillAndFree(disk, straight, say);
  } finally {
    spawnSync("umount", [disk]);
  }
}

function whyNot({ error, stderr }: SpawnSyncReturns<string>): unknown {
  return error && "code" in error ? error.code : stderr.trim().split("\n")[0];
}

async function fillAndFree(disk: string, straight: string, say: Say): Promise<string[]> {
  const violations: string[] = [];
  const wrong: Say = (line) => violations.push(`full disk: ${line}`);
  const folder = join(disk, "run");
  const [until, ballast] = [30, join(disk, "ballast")];
  const first = await runChild(folder, { until: 9, every: EVERY });
  if (first.code !== 0) wrong(`the first run ended with ${first.code}: ${reasonOf(first)}`);

  const { bsize, bavail } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bsize * Math.max(0, bavail - 2)));
  const second = await runChild(folder, { until, every: EVERY });
  say(`full disk: the run ended with ${second.code}: ${second.told.refused}`);
  if (second.code !== 3 || !/ENOSPC, no space left/.test(second.told.refused ?? "")) wrong("no clear error");
  const kept = await look(folder, 9, wrong);
  if (kept !== 9) wrong(`the latest checkpoint is ${kept}, not 9`);
  for (const line of leftovers(folder)) wrong(line);

  rmSync(ballast);
  const ends = [
    { place: folder, every: EVERY },
    { place: straight, every: until },
  ];
  for (const { place, every } of ends) {
    const run = await runChild(place, { until, every });
    if (run.code !== 0) wrong(`with room again the run ended with ${run.code}: ${reasonOf(run)}`);
  }
  for (const line of [...differences(folder, straight, until), ...leftovers(folder)]) wrong(line);
  return violations;
}

/** Small things on disk that setup's steps share: whole-or-nothing writes, checksums, free space. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "./problem.mjs";

const MIB = 1024 * 1024;

/** Writes beside the target and renames: a reader, or the next run, sees the old text or the new, never a half. */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The JSON in a file, or null when there is no such file or it holds something else (a stamp is only a hint). */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

export async function sha256(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** @throws Problem when the disk that holds `folder` has fewer than `bytes` free */
export function needSpace(ctx, folder, bytes, what) {
  let present = folder;
  while (!existsSync(present) && dirname(present) !== present) present = dirname(present);
  let free;
  try {
    const { bavail, bsize } = ctx.statfs(present);
    free = bavail * bsize;
  } catch {
    return; // a file system that cannot say; a full disk then shows in the step itself
  }
  if (free >= bytes) return;
  const [needed, left] = [bytes, free].map((count) => `${Math.floor(count / MIB)} MiB`);
  throw new Problem(
    `the disk is too full for ${what} (${needed} needed, ${left} free at ${present})`,
    "free some space",
  );
}

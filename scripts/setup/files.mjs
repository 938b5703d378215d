/** What setup's steps share on disk: writes that leave the old file or the new one, checksums, free space. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "./problem.mjs";

/** @import { Context } from "./paths.mjs" */

const MIB = 1024 * 1024;

/**
 * Writes a file beside the target and renames it: a reader, or the next run, sees the old text or the new, never a half.
 *
 * @param {string} path
 * @param {string} text
 */
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

/**
 * The JSON in a file. What it holds is not checked: `T` is what the caller expects there.
 *
 * @template [T=unknown]
 * @param {string} path
 * @returns {T | null} null when there is no such file, or when it does not hold JSON
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** @param {string} path */
export async function sha256(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/**
 * @param {Pick<Context, "statfs">} ctx
 * @param {string} folder it need not exist yet
 * @param {number} bytes
 * @param {string} what needs the space, for the message
 * @throws Problem when the disk that holds `folder` has fewer than `bytes` free
 */
export function needSpace(ctx, folder, bytes, what) {
  let present = folder;
  while (!existsSync(present) && dirname(present) !== present) present = dirname(present);
  const free = freeBytes(ctx, present);
  if (free === undefined || free >= bytes) return; // a full disk that cannot be asked shows in the step itself
  const [needed, left] = [bytes, free].map((count) => `${Math.floor(count / MIB)} MiB`);
  throw new Problem(
    `the disk is too full for ${what} (${needed} needed, ${left} free at ${present})`,
    "free some space",
  );
}

/**
 * @param {Pick<Context, "statfs">} ctx
 * @param {string} folder
 * @returns {number | undefined} undefined when the file system cannot say
 */
function freeBytes(ctx, folder) {
  try {
    const { bavail, bsize } = ctx.statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

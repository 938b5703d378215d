import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { isOld, namesIn } from "./unfinished";

/**
 * A file's name with the first 16 digits of a SHA-256: `shard.bin` becomes `shard-039058c6f2c0cb49.bin`. A file of another
 * content has another name, so that it never takes the place of this one.
 *
 * @param contents what the SHA-256 is of, the file's bytes; or those of several files that belong together
 */
export function contentName(name: string, ...contents: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const bytes of contents) hash.update(bytes);
  const { dir, name: stem, ext } = posix.parse(name);
  return posix.join(dir, `${stem}-${hash.digest("hex").slice(0, 16)}${ext}`);
}

/** A name that `contentName` made: what stands before the digits, and the ending. */
const CONTENT_NAME = /^(?<stem>.+)-[0-9a-f]{16}(?<ending>\.\w+)$/;

export const hasContentName = (name: string): boolean => CONTENT_NAME.test(name);

/** The text of a small file; empty where there is none. */
export const textOf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

/**
 * Removes files that bear the names of written ones but for the digits (those of the SHA-256, and numbers such as those
 * of shards), when an older root named them, or when they are of a writer that was killed before it wrote its root:
 * nothing names those, so an hour must have passed, in which a living writer would have.
 *
 * @param kept the names of the files that were written
 * @param before the text of the older root
 */
export async function removeSuperseded(folder: string, kept: readonly string[], before: string): Promise<void> {
  const folders = new Set(kept.filter(hasContentName).map((name) => posix.dirname(name)));
  for (const inner of folders) {
    const patterns = kept.filter((name) => posix.dirname(name) === inner).flatMap(patternOf);
    const found = await namesIn(join(folder, inner)).catch(() => []);
    for (const name of found.filter((each) => patterns.some((pattern) => pattern.test(each)))) {
      const [path, named] = [join(folder, inner, name), posix.join(inner, name)];
      if (kept.includes(named)) continue;
      if (before.includes(`"${named}"`) || (hasContentName(name) && (await isOld(path)))) {
        await rm(path, { force: true }).catch(() => undefined); // the next writer tries again
      }
    }
  }
}

/** What names of the same kind look like, with or without a SHA-256: older versions wrote none. */
function patternOf(name: string): RegExp[] {
  const { stem, ending } = CONTENT_NAME.exec(posix.basename(name))?.groups ?? {};
  if (stem === undefined || ending === undefined) return [];
  const any = stem.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\d+/g, "\\d+");
  return [new RegExp(`^${any}(-[0-9a-f]{16})?\\${ending}$`)];
}

import { DataError } from "../errors";

/** Codes of failed system calls, in words. */
const IN_WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EROFS: "a read-only file system",
  EACCES: "no permission",
  EPERM: "no permission",
  EIO: "a failing disk",
  ENOTDIR: "a file where a folder should be",
  EEXIST: "a file where a folder should be",
};

/**
 * The error of a place that cannot be written, or of a disk that is full.
 *
 * @param reason the code of a system call, or the words of its message
 * @param what `room`: for what a full disk has none; `place`: what was expected. Default: the file, a place that can be written
 */
export function writeError(
  path: string,
  reason: string,
  { room = "the file", place = "a place that can be written" }: { room?: string; place?: string } = {},
): DataError {
  const isFull = /^(ENOSPC|EDQUOT)$|no space left|quota/i.test(reason);
  const actual = IN_WORDS[reason] === undefined ? reason : `${reason}, ${IN_WORDS[reason]}`;
  return isFull
    ? new DataError(path, "disk", `room for ${room}`, actual)
    : new DataError(path, "access", place, actual);
}

import { DataError } from "../errors";

const BLOCK = 512;
const CHECKSUM = 148; // where a header's own checksum begins; it counts as eight blanks
const FILE_KINDS = ["0", ""]; // a regular file, in POSIX's form and in the old one
const FOLDER = "5";

/** A file of an archive. */
export interface TarFile {
  /** Its path in the archive, "train/chorale_000.csv". */
  readonly path: string;
  /** Its bytes; they share the archive's memory. */
  readonly bytes: Uint8Array;
}

/**
 * Reads all files of a TAR archive (POSIX.1-1988, "ustar"), in the archive's order. Folders are passed over. Everything else is
 * refused: links, devices, and the extended headers of GNU and of POSIX.1-2001.
 *
 * @param file the archive's name, for errors
 * @throws DataError for bytes that are no such archive, naming the byte where the wrong header begins
 */
export function readTar(archive: Uint8Array, file: string): TarFile[] {
  const files: TarFile[] = [];
  let at = 0;
  for (;;) {
    const header = archive.subarray(at, at + BLOCK);
    const where = `header at byte ${at}`;
    if (header.length < BLOCK) throw new DataError(file, where, `${BLOCK} bytes`, `${header.length}`);
    if (header.every((byte) => byte === 0)) return files;
    checkHeader(header, file, where);
    const size = octal(header, 124, 12, file, `${where}: size`);
    const path = [text(header, 345, 155), text(header, 0, 100)].filter((part) => part !== "").join("/");
    const kind = text(header, 156, 1);
    const begin = at + BLOCK;
    if (begin + size > archive.length) {
      throw new DataError(file, `size of ${path}`, `at most ${archive.length - begin} bytes`, `${size}`);
    }
    if (FILE_KINDS.includes(kind)) files.push({ path, bytes: archive.subarray(begin, begin + size) });
    else if (kind !== FOLDER) throw new DataError(file, `kind of ${path}`, "a file or a folder", `kind "${kind}"`);
    at = begin + BLOCK * Math.ceil(size / BLOCK);
  }
}

function checkHeader(header: Uint8Array, file: string, where: string): void {
  const magic = text(header, 257, 5);
  if (magic !== "ustar") throw new DataError(file, where, 'a TAR header with "ustar"', JSON.stringify(magic));
  const expected = octal(header, CHECKSUM, 8, file, `${where}: checksum`);
  const sum = header.reduce((total, byte, i) => total + (i >= CHECKSUM && i < CHECKSUM + 8 ? 0x20 : byte), 0);
  if (sum !== expected) throw new DataError(file, `${where}: checksum`, `${expected}`, `${sum}`);
}

/** The text of a field, up to its first zero byte. */
function text(header: Uint8Array, begin: number, size: number): string {
  const field = header.subarray(begin, begin + size);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** A number in octal digits, which blanks may surround. */
function octal(header: Uint8Array, begin: number, size: number, file: string, field: string): number {
  const digits = text(header, begin, size).trim();
  if (!/^[0-7]+$/.test(digits)) throw new DataError(file, field, "octal digits", JSON.stringify(digits));
  return Number.parseInt(digits, 8);
}

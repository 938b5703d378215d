import { createHash } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync, gzipSync } from "node:zlib";
import { expect, onTestFinished } from "vitest";
import { sharedFolder } from "../../scripts/shared-data.mts";
import { DataError } from "../../src/data/errors";
import { crc32 } from "../../src/data/files/crc";
import type { DataFile } from "../../src/data/files/data-file";
import { RAIN_COLUMNS, type RainColumn } from "../../src/data/rain/rain-hours";

export { temporaryFolder } from "../temporary-folder";

/** The folder with the real data; or undefined, and one line is printed. Tests that need it are skipped then. */
export const realFolder: string | undefined = sharedFolder();

/** A mirror on this machine: its address, ending in /. */
export async function mirror(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A file of random-looking bytes, with its size and checksum. */
export function knownFile(name: string, size = 5_000): { bytes: Buffer; file: DataFile } {
  const bytes = Buffer.from(Array.from({ length: size }, (_, i) => (i * i * 31 + name.length + (i >> 3)) % 251));
  return { bytes, file: fileOf(name, bytes) };
}

/** What a data set says of a file with these bytes. */
export function fileOf(name: string, bytes: Uint8Array): DataFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { folder: "letters", name, bytes: bytes.length, sha256 };
}

/** Unpacked IDX bytes. */
export function idx(magic: number, sizes: number[], data: ArrayLike<number>): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((value, i) => {
    head.writeUInt32BE(value, 4 * i);
  });
  return Buffer.concat([head, Buffer.from(data as Uint8Array)]);
}

/** Gzipped IDX of `count` images whose pixels are 0, 1, … 255, 0, … */
export function packedImages(count: number): Buffer {
  return gzipSync(
    idx(
      2051,
      [count, 28, 28],
      Uint8Array.from({ length: count * 784 }, (_, i) => i),
    ),
  );
}

/** Gzipped IDX of the labels. */
export function packedLabels(...labels: number[]): Buffer {
  return gzipSync(idx(2049, [labels.length], labels));
}

/** A ZIP archive of these files; one of a byte or none is stored, others are deflated. `size`: what all entries claim. */
export function zipOf(files: Readonly<Record<string, Uint8Array>>, size?: number): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    const packed = bytes.length < 2 ? bytes : deflateRawSync(bytes);
    const shared = Buffer.alloc(26); // what both headers have, from the version to the length of the extra field
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(bytes.length < 2 ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(size ?? bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(46);
    entry.write("PK\u0001\u0002");
    shared.copy(entry, 6);
    entry.writeUInt32LE(Buffer.concat(parts).length, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(Buffer.from("PK\u0003\u0004"), shared, Buffer.from(name), Buffer.from(packed));
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(Buffer.concat(parts).length, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** The first line of the rain competition's file. */
export const RAIN_HEADER = ["Id", ...RAIN_COLUMNS, "Expected"].join(",");

/** A row of that file. Columns without a value are empty. */
export function rainRow(
  id: number,
  minute: number | string,
  more: Partial<Record<RainColumn, number | string>>,
  expected: number,
) {
  const scan = RAIN_COLUMNS.map((column) => more[column] ?? (column === "minutes_past" ? minute : ""));
  return [id, ...scan, expected].join(",");
}

/** The DataError that the call throws, sync or async; the test fails when there is another error or none. */
export async function dataErrorOf(call: () => unknown): Promise<DataError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error("expected a DataError, but the call succeeded");
}

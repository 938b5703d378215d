import { createHash } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished } from "vitest";
import { sharedFolder } from "../../scripts/shared-data.mts";
import { DataError } from "../../src/data/errors";
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
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes, file: { folder: "letters", name, bytes: size, sha256 } };
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

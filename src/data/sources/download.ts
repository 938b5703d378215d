import { DataError } from "../errors";
import { checkBytes, type DataFile, errorCode } from "../files/data-file";
import { readZip } from "../formats/zip";

/** How long a download may take. Times are in milliseconds. */
export interface Patience {
  /** The longest wait for the server's first answer, and for each pause after it. Default: 6,000. */
  readonly silence?: number;
  /** A server that is slower than this over the whole file is given up, in bytes per second. Default: 20,000. */
  readonly slowest?: number;
}

/**
 * Downloads a file into memory, follows redirects, and checks its size and SHA-256. It stops reading at the first byte
 * beyond the expected size. `patience` limits the time, whatever the server does.
 *
 * @throws DataError naming the address and what went wrong
 */
export async function download(url: string, file: DataFile, patience: Patience = {}): Promise<Uint8Array> {
  const bytes = await downloadAtMost(url, file.bytes, patience);
  checkBytes(bytes, file, url);
  return bytes;
}

/** The largest archive that is read, 4 MiB: every archive that a loader names is smaller. */
const MOST_IN_ARCHIVE = 2 ** 22;

/**
 * Downloads a file that stands in a ZIP archive, and checks its size and SHA-256. `archives` keeps the archives by
 * their addresses, so that a second file of the same archive needs no second download.
 *
 * @throws DataError naming the address and what went wrong
 */
export async function downloadFromZip(
  url: string,
  file: DataFile,
  archives: Map<string, Uint8Array>,
  patience: Patience = {},
): Promise<Uint8Array> {
  const archive = archives.get(url) ?? (await downloadAtMost(url, MOST_IN_ARCHIVE, patience));
  archives.set(url, archive);
  const bytes = readZip(archive, url, file.name, file.bytes);
  checkBytes(bytes, file, url);
  return bytes;
}

/** Downloads up to so many bytes; more are an error. */
async function downloadAtMost(url: string, most: number, patience: Patience): Promise<Uint8Array> {
  const { silence = 6_000, slowest = 20_000 } = patience;
  const stop = new AbortController();
  const giveUp = (reason: string) => () => stop.abort(new DataError(url, "download", "an answer in time", reason));
  const allTime = silence + (1000 * most) / slowest;
  const deadline = setTimeout(giveUp(`less than all of it in ${Math.ceil(allTime / 1000)} s`), allTime);
  const quiet = setTimeout(giveUp(`no byte in ${silence / 1000} s`), silence);
  try {
    const response = await fetch(url, { signal: stop.signal, headers: { "accept-encoding": "identity" } });
    if (!response.ok) throw new DataError(url, "HTTP status", "200", `${response.status}`);
    return await readBody(response, most, url, () => quiet.refresh());
  } catch (error) {
    throw asDataError(stop.signal.aborted ? stop.signal.reason : error, url);
  } finally {
    clearTimeout(deadline);
    clearTimeout(quiet);
    stop.abort(); // ends the connection when the body was not read to its end
  }
}

async function readBody(response: Response, most: number, url: string, onChunk: () => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  let filled = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    onChunk();
    if (filled + chunk.length > most) throw new DataError(url, "size", `at most ${most} bytes`, "more");
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes.subarray(0, filled);
}

function asDataError(error: unknown, url: string): DataError {
  if (error instanceof DataError) return error;
  // fetch's own message is only "fetch failed"; its cause has the reason
  const cause = (error as { cause?: unknown })?.cause;
  return new DataError(url, "download", "the file", errorCode(cause ?? error));
}

import { DataError } from "../errors";
import { checkBytes, type DataFile, errorCode } from "../files/data-file";
import { readZip } from "../formats/zip";
import { withoutCredentials } from "./address";
import { type Answer, httpGet } from "./http-get";
import { firstRight, unpacked } from "./unpack";

/** How long a download may take. Times are in milliseconds. */
export interface Patience {
  /** The longest wait for the server's first answer, and for each pause after it. Default: 6,000. */
  readonly silence?: number;
  /** A server that is slower than this over the whole file is given up, in bytes per second. Default: 20,000. */
  readonly slowest?: number;
}

/**
 * Downloads a file into memory, follows redirects, and checks its size and SHA-256. It stops reading at the first byte
 * beyond the expected size. `patience` limits the time, whatever the server does. The user's name and password in an
 * address (https://user:password@host/) go to its server, and appear in no error.
 *
 * @throws DataError naming the address and what went wrong
 */
export async function download(url: string, file: DataFile, patience: Patience = {}): Promise<Uint8Array> {
  const shown = withoutCredentials(url);
  const answer = await answerOf(url, file.bytes, patience);
  return firstRight(unpacked(answer, shown, file.bytes), (bytes) => {
    checkBytes(bytes, file, shown);
    return bytes;
  });
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
  archives: Map<string, Answer>,
  patience: Patience = {},
): Promise<Uint8Array> {
  const shown = withoutCredentials(url);
  const answer = archives.get(url) ?? (await answerOf(url, MOST_IN_ARCHIVE, patience));
  archives.set(url, answer);
  const bytes = firstRight(unpacked(answer, shown, MOST_IN_ARCHIVE), (archive) =>
    readZip(archive, shown, file.name, file.bytes),
  );
  checkBytes(bytes, file, shown);
  return bytes;
}

/** Downloads up to so many bytes; more are an error. */
async function answerOf(url: string, most: number, patience: Patience): Promise<Answer> {
  const shown = withoutCredentials(url);
  const { silence = 6_000, slowest = 20_000 } = patience;
  const stop = new AbortController();
  const giveUp = (reason: string) => () => stop.abort(new DataError(shown, "download", "an answer in time", reason));
  const allTime = silence + (1000 * most) / slowest;
  const deadline = setTimeout(giveUp(`less than all of it in ${Math.ceil(allTime / 1000)} s`), allTime);
  const quiet = setTimeout(giveUp(`no byte in ${silence / 1000} s`), silence);
  try {
    return await httpGet(url, { signal: stop.signal, most, onChunk: () => quiet.refresh() });
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    throw reason instanceof DataError ? reason : new DataError(shown, "download", "the file", errorCode(reason));
  } finally {
    clearTimeout(deadline);
    clearTimeout(quiet);
    stop.abort(); // ends the connection when the body was not read to its end
  }
}

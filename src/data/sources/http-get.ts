import { get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { DataError } from "../errors";
import { separated, withoutCredentials } from "./address";

/** What a server sent, as it came: `fetch` would unpack it, and the packed bytes would be lost. */
export interface Answer {
  readonly bytes: Uint8Array;
  /** The header Content-Encoding: how the server packed the bytes, as it says. */
  readonly encoding: string;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  /** The most bytes that are read; more are an error. Packed ones may be a little more than the file's. */
  readonly most: number;
  readonly onChunk: () => void;
}

const MOST_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Gets what is at an address. It follows redirects; the address's credentials go to its own server alone.
 *
 * @throws DataError naming the address without its credentials; the system's error when there is no connection
 */
export async function httpGet(address: string, options: GetOptions): Promise<Answer> {
  const shown = withoutCredentials(address);
  const { url: first, headers } = separated(address);
  let url = first;
  for (let i = 0; i <= MOST_REDIRECTS; i++) {
    const response = await open(url, url.origin === first.origin ? headers : {}, options.signal);
    response.on("error", () => undefined); // of one that is not read to its end
    const { statusCode = 0, headers: answered } = response;
    if (REDIRECTS.includes(statusCode) && answered.location !== undefined) {
      response.destroy();
      url = redirected(answered.location, url, shown);
      continue;
    }
    if (statusCode < 200 || statusCode > 299) {
      response.destroy();
      throw new DataError(shown, "HTTP status", "200", `${statusCode}`);
    }
    const encoding = answered["content-encoding"] ?? "";
    return { bytes: await readBody(response, shown, encoding, options), encoding };
  }
  throw new DataError(shown, "download", "the file", `more than ${MOST_REDIRECTS} redirects`);
}

function redirected(location: string, from: URL, shown: string): URL {
  const to = URL.canParse(location, from.href) ? separated(new URL(location, from).href).url : undefined;
  if (to !== undefined && /^https?:$/.test(to.protocol)) return to;
  throw new DataError(shown, "download", "a redirect to a web address", "another");
}

function open(url: URL, credentials: object, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = { accept: "*/*", "accept-encoding": "identity", "user-agent": "node", ...credentials };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? getSecurely : get;
    send(url, { headers, signal }, resolve).on("error", reject);
  });
}

async function readBody(
  response: IncomingMessage,
  shown: string,
  encoding: string,
  { most, onChunk }: GetOptions,
): Promise<Uint8Array> {
  const limit = encoding === "" ? most : most + most / 64 + 1024; // what is packed already grows a little
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    onChunk();
    size += chunk.length;
    if (size > limit) throw new DataError(shown, "size", `at most ${most} bytes`, "more");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// A folder on a local server, for a browser.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { findBrowser } from "../../../scripts/notebooks/browser.mts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  json: "application/json",
};

/** Serves a folder's files under a path, such as "/models/exported/". */
export async function served(folder: string, path: string): Promise<{ home: string; close: () => void }> {
  const server = createServer(({ url = "" }, response) => {
    const file = join(folder, url.startsWith(path) ? url.slice(path.length) || "index.html" : "nothing");
    if (!existsSync(file)) return response.writeHead(404).end();
    const type = TYPES[file.split(".").at(-1) as string] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return { home, close: () => void server.close() };
}

export function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch {
    return false;
  }
}

import { join, resolve } from "node:path";
import { DataError } from "../errors";
import { type DataFile, readDataFile } from "../files/data-file";
import { hidden, withoutCredentials } from "./address";
import { cacheFolder, type Environment, writeWhole } from "./cache";
import { download, downloadFromZip, type Patience } from "./download";
import type { Answer } from "./http-get";

/** Where a loader looks for its files. */
export interface SourceOptions {
  /** A folder with the data sets' folders (`mnist`, …). Default: the environment's `UNROLL_DATA`. */
  folder?: string;
  /** The folder for downloads. Default: `unroll` in the user's cache folder. */
  cache?: string;
  /**
   * Addresses (each ending in /) to try in turn; an empty list means no network. A name and a password that a server asks for
   * stand before its host, `https://user:password@host/`; no error, line or `DataSource` shows them. Default: the data
   * set's public mirrors, or the public addresses of its files.
   */
  mirrors?: readonly string[];
  /** How long a mirror may take to answer. Default: see `Patience`. */
  patience?: Patience;
  /**
   * The variables UNROLL_DATA, UNROLL_OFFLINE (any value but 0 means no network) and XDG_CACHE_HOME are read from it.
   * Default: process.env.
   */
  environment?: Environment;
}

/** The source of a data set. A result on "stand-in" data proves nothing about the real data. */
export interface DataSource {
  readonly kind: "real" | "stand-in";
  readonly description: string;
  /** The folders and mirrors that gave the files; empty for stand-in data. */
  readonly from: readonly string[];
}

/** All files of a data set and their sources, or the reasons why they are not available. */
type Found =
  | { readonly files: readonly Uint8Array[]; readonly from: readonly string[]; readonly notes: readonly string[] }
  | { readonly files: undefined; readonly reasons: readonly string[] };

/**
 * Finds a data set's files. Each comes from the named folder, else from the cache, else from the first mirror that
 * gives the right bytes, which are then stored in the cache. A file with wrong bytes is never used.
 *
 * @throws DataError when the folder that the user named has a file with wrong bytes, because only the user can decide
 *   what to do about it
 */
export async function findFiles(
  files: readonly DataFile[],
  mirrors: readonly string[],
  options: SourceOptions = {},
): Promise<Found> {
  const search = new Search(mirrors, options);
  const found: Uint8Array[] = [];
  for (const file of files) {
    const bytes = await search.find(file);
    if (!bytes) return { files: undefined, reasons: search.notes };
    found.push(bytes);
  }
  return { files: found, from: [...search.from], notes: search.notes };
}

/** One search for several files. It notes each problem once, and tries a mirror that failed after all others. */
class Search {
  readonly from = new Set<string>();
  private readonly noted = new Map<string, string>();
  private readonly folder: string | undefined;
  private readonly cache: string;
  private readonly patience: Patience | undefined;
  private readonly noMirrors: string;
  private readonly ignoredProxy: string | undefined;
  private readonly usesAddresses: boolean;
  private readonly archives = new Map<string, Answer>();
  private mirrors: readonly string[];

  constructor(mirrors: readonly string[], options: SourceOptions) {
    const environment = options.environment ?? process.env;
    const folder = options.folder ?? environment.UNROLL_DATA;
    this.folder = folder ? resolve(folder) : undefined;
    this.cache = resolve(options.cache ?? cacheFolder(environment));
    this.patience = options.patience;
    this.mirrors = options.mirrors ?? (isOffline(environment) ? [] : mirrors);
    for (const mirror of this.mirrors) checkMirror(mirror);
    this.usesAddresses = options.mirrors === undefined && !isOffline(environment);
    this.ignoredProxy = ignoredProxyVariable(environment);
    this.noMirrors = options.mirrors ? "no mirror was given" : "UNROLL_OFFLINE is set";
  }

  /** The problems so far, in their order. */
  get notes(): readonly string[] {
    return [...this.noted.values()];
  }

  async find(file: DataFile): Promise<Uint8Array | undefined> {
    return (await this.inFolder(file)) ?? (await this.inCache(file)) ?? (await this.inMirrors(file));
  }

  /** Notes a problem, unless one with the same key was noted before: many files can fail for the same reason. */
  private note(key: string, line: string): void {
    if (!this.noted.has(key)) this.noted.set(key, line);
  }

  private async inFolder(file: DataFile): Promise<Uint8Array | undefined> {
    if (this.folder === undefined) return undefined;
    const bytes = await readDataFile(join(this.folder, file.folder, file.name), file);
    if (bytes) this.from.add(join(this.folder, file.folder));
    else this.note("folder", `${this.folder} has no ${file.folder}/${file.name}`);
    return bytes;
  }

  private async inCache(file: DataFile): Promise<Uint8Array | undefined> {
    const path = join(this.cache, file.folder, file.name);
    try {
      const bytes = await readDataFile(path, file);
      if (bytes) this.from.add(join(this.cache, file.folder));
      return bytes;
    } catch (error) {
      // a download may replace this file, unlike one in the user's folder
      this.note(path, `passed over ${messageOf(error)}`);
      return undefined;
    }
  }

  private async inMirrors(file: DataFile): Promise<Uint8Array | undefined> {
    const addresses = this.usesAddresses ? (file.addresses ?? []) : [];
    if (this.mirrors.length + addresses.length === 0) this.note("mirrors", this.noMirrors);
    for (const mirror of this.mirrors) {
      const bytes = await this.atAddress(mirror + file.name, mirror, file);
      if (bytes) return bytes;
      this.mirrors = [...this.mirrors.filter((other) => other !== mirror), mirror];
    }
    for (const address of addresses) {
      const bytes = await this.atAddress(address, address.slice(0, address.lastIndexOf("/") + 1), file);
      if (bytes) return bytes;
    }
    if (this.ignoredProxy)
      this.note("proxy", `${this.ignoredProxy} is set: Node 22.21 or later heeds it with NODE_USE_ENV_PROXY=1`);
    return undefined;
  }

  private async atAddress(address: string, mirror: string, file: DataFile): Promise<Uint8Array | undefined> {
    try {
      const bytes = address.endsWith(".zip")
        ? await downloadFromZip(address, file, this.archives, this.patience)
        : await download(address, file, this.patience);
      this.from.add(withoutCredentials(mirror));
      await this.store(file, bytes);
      return bytes;
    } catch (error) {
      this.note(mirror, `${new URL(mirror).host}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  private async store(file: DataFile, bytes: Uint8Array): Promise<void> {
    try {
      await writeWhole(join(this.cache, file.folder, file.name), bytes);
    } catch (error) {
      this.note("keep", `not kept, so it will be downloaded again: ${messageOf(error)}`);
    }
  }
}

/** The name of the proxy variable that is set, when Node's fetch ignores it. */
function ignoredProxyVariable(environment: Environment): string | undefined {
  if (environment.NODE_USE_ENV_PROXY === "1") return undefined;
  return ["HTTPS_PROXY", "https_proxy"].find((name) => environment[name]);
}

function checkMirror(mirror: string): void {
  if (/^https?:[^#]*\/$/.test(mirror) && URL.canParse(mirror)) {
    const { username, password, pathname, search } = new URL(mirror);
    if (username + password === "" || !(pathname + search).includes("@")) return;
    const expected = "one with / and @ in its name, password and path written as %2F and %40"; // else the host may be half a password
    throw new DataError("mirrors", "address", expected, hidden(mirror));
  }
  throw new DataError("mirrors", "address", "one that begins with http:// or https:// and ends in /", hidden(mirror));
}

function isOffline(environment: Environment): boolean {
  return ![undefined, "", "0"].includes(environment.UNROLL_OFFLINE);
}

/** The error of a mirror, without the address. */
function reasonOf(error: unknown): string {
  if (error instanceof DataError) return `${error.field} ${error.actual}`;
  throw error;
}

function messageOf(error: unknown): string {
  if (error instanceof DataError) return error.message;
  throw error; // a bug, not bad data
}

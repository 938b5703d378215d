import { join, resolve } from "node:path";
import { DataError } from "../errors";
import { type DataFile, readDataFile } from "../files/data-file";
import { cacheFolder, type Environment, writeWhole } from "./cache";
import { download, type Patience } from "./download";

/** Where a loader looks for its files. */
export interface SourceOptions {
  /** A folder with the data sets' folders (`mnist`, …). Default: the environment's `UNROLL_DATA`. */
  folder?: string;
  /** Where downloads are kept. Default: `unroll` in the user's cache folder. */
  cache?: string;
  /** Addresses (each ending in /) to try in turn; none: no network. Default: the data set's public mirrors. */
  mirrors?: readonly string[];
  /** How long a mirror may take to answer. */
  patience?: Patience;
  /** Whose UNROLL_DATA, UNROLL_OFFLINE (anything but 0: no network), XDG_CACHE_HOME count. Default: process.env. */
  environment?: Environment;
}

/** All files of a data set and where they came from, or why they could not be had. */
type Found =
  | { readonly files: readonly Uint8Array[]; readonly from: readonly string[]; readonly notes: readonly string[] }
  | { readonly files: undefined; readonly reasons: readonly string[] };

/**
 * A data set's files: each from the named folder, else the cache, else the first mirror that gives the right bytes (kept
 * in the cache then). A file whose bytes are wrong is never used.
 *
 * @throws DataError when the folder that the user named holds a file with wrong bytes: that is for the user to settle
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

/** One search: it remembers what it was told, so that a thing is said once and a mirror that failed comes last. */
class Search {
  readonly from = new Set<string>();
  private readonly said = new Map<string, string>();
  private readonly folder: string | undefined;
  private readonly cache: string;
  private readonly patience: Patience | undefined;
  private readonly noMirrors: string;
  private readonly unheeded: string | undefined;
  private mirrors: readonly string[];

  constructor(mirrors: readonly string[], options: SourceOptions) {
    const environment = options.environment ?? process.env;
    const folder = options.folder ?? environment.UNROLL_DATA;
    this.folder = folder ? resolve(folder) : undefined;
    this.cache = resolve(options.cache ?? cacheFolder(environment));
    this.patience = options.patience;
    this.mirrors = options.mirrors ?? (isOffline(environment) ? [] : mirrors);
    for (const mirror of this.mirrors) checkMirror(mirror);
    this.unheeded = unheededProxy(environment);
    this.noMirrors = options.mirrors ? "no mirror was given" : "UNROLL_OFFLINE is set";
  }

  /** What went wrong on the way, in the order it did. */
  get notes(): readonly string[] {
    return [...this.said.values()];
  }

  async find(file: DataFile): Promise<Uint8Array | undefined> {
    return (await this.inFolder(file)) ?? (await this.inCache(file)) ?? (await this.inMirrors(file));
  }

  /** One line for each index, whatever the number of files. */
  private note(place: string, line: string): void {
    if (!this.said.has(place)) this.said.set(place, line);
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
      this.note(path, `passed over ${messageOf(error)}`); // ours to replace, unlike a file in the user's folder
      return undefined;
    }
  }

  private async inMirrors(file: DataFile): Promise<Uint8Array | undefined> {
    if (this.mirrors.length === 0) this.note("mirrors", this.noMirrors);
    for (const mirror of this.mirrors) {
      try {
        const bytes = await download(mirror + file.name, file, this.patience);
        this.from.add(mirror);
        await this.keep(file, bytes);
        return bytes;
      } catch (error) {
        this.note(mirror, `${new URL(mirror).host}: ${shortly(error)}`);
        this.mirrors = [...this.mirrors.filter((other) => other !== mirror), mirror];
      }
    }
    if (this.unheeded)
      this.note("proxy", `${this.unheeded} is set: Node 22.21 or later heeds it with NODE_USE_ENV_PROXY=1`);
    return undefined;
  }

  private async keep(file: DataFile, bytes: Uint8Array): Promise<void> {
    try {
      await writeWhole(join(this.cache, file.folder, file.name), bytes);
    } catch (error) {
      this.note("keep", `not kept, so it will be downloaded again: ${messageOf(error)}`);
    }
  }
}

/** The variable that names a proxy, where Node's fetch is not told to use it. */
function unheededProxy(environment: Environment): string | undefined {
  if (environment.NODE_USE_ENV_PROXY === "1") return undefined;
  return ["HTTPS_PROXY", "https_proxy"].find((name) => environment[name]);
}

function checkMirror(mirror: string): void {
  if (/^https?:/.test(mirror) && mirror.endsWith("/") && URL.canParse(mirror)) return;
  throw new DataError("mirrors", "address", "one that begins with http:// or https:// and ends in /", mirror);
}

function isOffline(environment: Environment): boolean {
  return ![undefined, "", "0"].includes(environment.UNROLL_OFFLINE);
}

/** What a mirror did wrong, without the address. */
function shortly(error: unknown): string {
  if (error instanceof DataError) return `${error.field} ${error.actual}`;
  throw error;
}

function messageOf(error: unknown): string {
  if (error instanceof DataError) return error.message;
  throw error; // a mistake of ours, not of the data
}

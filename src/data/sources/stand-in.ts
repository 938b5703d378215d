import { checkBoolean, checkOptions } from "../check-options";
import { DataError } from "../errors";
import type { DataFile } from "../files/data-file";
import { type DataSource, findFiles, type SourceOptions } from "./source";

/** The options of loaders that have generated stand-in data. */
export interface LoaderOptions extends SourceOptions {
  /** false: throws when the real data are not available. true: uses generated data then. Default: true. */
  standIn?: boolean;
  /** Prints the lines about stand-in data and about problems with the sources. Default: console.log. */
  log?: (line: string) => void;
}

const LOADER_OPTIONS = ["folder", "cache", "mirrors", "patience", "environment", "standIn", "log"];

/** @param further the names of the options that this loader has beside those of all. @throws DataError */
export function checkLoaderOptions(loader: string, options: LoaderOptions, further: readonly string[] = []): void {
  checkOptions(loader, options, [...LOADER_OPTIONS, ...further]);
  checkBoolean(loader, "standIn", options.standIn ?? true);
}

/** What a loader asks for. */
interface Wanted {
  /** The loader's name, for errors. */
  readonly loader: string;
  readonly files: readonly DataFile[];
  readonly mirrors?: readonly string[];
  /** What the data are: "Melbourne's daily minimum temperatures". */
  readonly subject: string;
  /** What is generated in their place: "numbers", "sentences". */
  readonly drawn: string;
}

/** The bytes of all files, in the order of `Wanted.files`; or none, when generated data replace them. */
interface FoundOrDrawn {
  readonly files: readonly Uint8Array[] | undefined;
  readonly source: DataSource;
}

/**
 * Finds a loader's files, or prints the one line that says that generated data replace them, why, and what to do.
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when a file is not available
 */
export async function findOrDraw(wanted: Wanted, options: LoaderOptions): Promise<FoundOrDrawn> {
  const { loader, files, mirrors = [], subject, drawn } = wanted;
  checkLoaderOptions(loader, options);
  const { standIn = true, log = console.log } = options;
  const found = await findFiles(files, mirrors, options);
  const names = files.map(({ name }) => name).join(", ");
  if (found.files !== undefined) {
    for (const note of found.notes) log(`${names}: ${note}`);
    const description = `${subject}, from ${found.from.join(" and ")}`;
    return { files: found.files, source: { kind: "real", description, from: found.from } };
  }
  const why = found.reasons.join("; ");
  if (!standIn) {
    const expected = `${files.length === 1 ? "it" : "them"} in a folder, the cache or a mirror`;
    throw new DataError(loader, names, expected, why);
  }
  const places = files.map(({ folder, name }) => `${folder}/${name}`).join(", ");
  log(
    `stand-in data: ${drawn} drawn by the program in place of ${subject}, because ${names} could not be had (${why}). ` +
      `For the real ones, allow the network or set UNROLL_DATA to a folder that holds ${places}.`,
  );
  return { files: undefined, source: { kind: "stand-in", description: `drawn in place of ${subject}`, from: [] } };
}

/** Which notebooks to run, and what each says about itself. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { NotebookDocument, Profile } from "#setup/jupyter/notebook-file.mjs";
import { messageOf } from "#setup/problem.mjs";

/** Seconds after which a notebook is stopped, where its metadata does not say. */
const TIME_LIMIT: Readonly<Record<Profile, number>> = { quick: 180, full: 1800 };

const EXTENSION = ".ipynb";

/** A notebook, and what its metadata say about a run. */
export interface NotebookDescription {
  readonly name: string;
  readonly path: string;
  readonly shownPath: string;
  readonly declaredClaims: number | undefined;
  readonly alone: boolean;
  /** Seconds. */
  readonly timeLimit: number;
}

/** The notebooks of a folder, by name. */
function notebooksIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(EXTENSION));
  return names.sort().map((name) => join(folder, name));
}

/**
 * The files that names stand for: a path to a file or a folder, a notebook's name with or without ".ipynb", or the
 * beginning of just one name ("01"). No names: all of `folder`, but for a reader's own.
 *
 * @throws Error naming the notebooks that exist
 */
export function findNotebooks(names: readonly string[], folder: string): string[] {
  const all = notebooksIn(folder);
  const found = names.length === 0 ? all.filter(isOfTheBook) : names.flatMap((name) => resolveName(name, all));
  return [...new Set(found)];
}

/** A reader's own notebooks stand in the same folder: git does not know them, and they declare nothing. */
function isOfTheBook(path: string): boolean {
  if (readNotebook(path).metadata?.unroll !== undefined) return true;
  const { status } = spawnSync("git", ["ls-files", "--error-unmatch", path], { cwd: dirname(path), stdio: "ignore" });
  if (status !== 1) return true; // git knows it, or there is no git to ask
  console.log(`  ${basename(path)}: left out, a notebook of your own`);
  return false;
}

function resolveName(name: string, all: readonly string[]): string[] {
  if (existsSync(name)) return statSync(name).isDirectory() ? notebooksIn(resolve(name)) : [resolve(name)];
  const wanted = basename(name, EXTENSION);
  const exact = all.filter((path) => basename(path, EXTENSION) === wanted);
  const begins = all.filter((path) => basename(path).startsWith(wanted));
  const matches = exact.length > 0 ? exact : begins;
  if (matches.length === 1) return matches;
  const existing = all.map((path) => basename(path, EXTENSION)).join(", ") || "none yet";
  const problem = matches.length === 0 ? "no notebook is called" : "more than one notebook begins with";
  throw new Error(`${problem} "${name}"; there are: ${existing}`);
}

/** A notebook and its `metadata.unroll`: how many claims it declares, whether it runs alone, how long it may take. */
export function describeNotebook(path: string, profile: Profile, root: string): NotebookDescription {
  const document = readNotebook(path);
  const { claims, alone = false, timeLimit = {} } = document.metadata?.unroll ?? {};
  return {
    name: basename(path, EXTENSION),
    path,
    shownPath: relative(root, path),
    declaredClaims: typeof claims === "object" ? claims?.[profile] : claims, // one number, or one for each profile
    alone,
    timeLimit: timeLimit[profile] ?? TIME_LIMIT[profile],
  };
}

/** @throws Error naming the file that is not a notebook */
export function readNotebook(path: string): NotebookDocument {
  try {
    const document = JSON.parse(readFileSync(path, "utf8"));
    if (Array.isArray(document.cells)) return document;
  } catch (error) {
    throw new Error(`${path}: not a notebook (${messageOf(error)})`);
  }
  throw new Error(`${path}: not a notebook (it has no cells)`);
}

/** What JupyterLab opens in the test: copies of the notebooks, so that nothing the browser does changes the real ones. */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Cell, joined, type NotebookDocument } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { describeNotebook, findNotebooks, type NotebookDescription, readNotebook } from "../notebooks/find.mts";

/** Inside the project, where the kernel finds "unroll". */
const FOLDER = join(ROOT, ".cache", "browser");
/** What notebooks read of the project: it stands beside the copies, as it does beside notebooks/. */
const BESIDE = ["test", "CHANGELOG.md"];

/** A notebook, and what must be seen of it. */
export interface CopiedNotebook extends NotebookDescription {
  /** How many states of an output that changes in place must be seen at least. */
  readonly liveStates: number;
}

/**
 * Copies notebooks without their outputs: what is seen in the page then comes from this run.
 *
 * @param names as `npm run notebooks` takes names
 * @param extra more notebooks, by name
 * @returns the flags that make JupyterLab open the copies, without the user's settings; and the notebooks named
 */
export function copyNotebooks(
  names: readonly string[],
  extra: Readonly<Record<string, object>> = {},
): { flags: string[]; notebooks: CopiedNotebook[] } {
  const found = findNotebooks([...names], join(ROOT, "notebooks")).map((path) => describe(path));
  rmSync(FOLDER, { recursive: true, force: true });
  const folder = join(FOLDER, "notebooks");
  mkdirSync(folder, { recursive: true });
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(FOLDER, name));
  for (const { path } of found) write(folder, basename(path), withoutOutputs(readNotebook(path)));
  for (const [name, document] of Object.entries(extra)) write(folder, `${name}.ipynb`, document);
  const data = join(ROOT, "notebooks", "data"); // small files that notebooks may read
  if (existsSync(data)) cpSync(data, join(folder, "data"), { recursive: true });
  const flags = [
    `--ServerApp.root_dir=${folder}`,
    `--LabApp.user_settings_dir=${join(FOLDER, "settings")}`,
    `--LabApp.workspaces_dir=${join(FOLDER, "workspaces")}`,
    "--LabApp.expose_app_in_browser=True",
  ];
  return { flags, notebooks: found };
}

function describe(path: string): CopiedNotebook {
  const notebook = describeNotebook(path, "quick", ROOT);
  const code = readNotebook(path).cells.filter((cell) => cell.cell_type === "code");
  const calls = (name: string) => code.some(({ source }) => joined(source).includes(`${name}(`));
  return { ...notebook, liveStates: calls("notebookProgress") ? 3 : calls("showLive") ? 2 : 0 };
}

function withoutOutputs(document: NotebookDocument): object {
  const bare = (cell: Cell) => (cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell);
  return { ...document, cells: document.cells.map(bare) };
}

function write(folder: string, name: string, document: object): void {
  writeFileSync(join(folder, name), JSON.stringify(document));
}

/** What JupyterLab opens in the test: copies of the notebooks, so that nothing the browser does changes the real ones. */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describeNotebook, findNotebooks, joined, readNotebook } from "../notebooks/find.mjs";
import { ROOT } from "../setup/paths.mjs";

/** Inside the project, where the kernel finds "unroll"; test/ stands beside them, as it does beside notebooks/. */
const FOLDER = join(ROOT, ".cache", "browser");

/**
 * The notebooks by name, as `npm run notebooks` takes names, copied without their outputs: what is seen in the page then
 * comes from this run.
 *
 * @returns `{ flags, notebooks }`: what makes JupyterLab open the copies, with no settings of the user's; and of each
 *   notebook also `liveStates`, how many states of an output that changes in place must be seen at least
 */
export function copyNotebooks(names, extra = {}) {
  const found = findNotebooks(names, join(ROOT, "notebooks")).map((path) => describe(path));
  rmSync(FOLDER, { recursive: true, force: true });
  const folder = join(FOLDER, "notebooks");
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, "test"), join(FOLDER, "test")); // 01 reads its golden numbers there
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

function describe(path) {
  const notebook = describeNotebook(path, "quick", ROOT);
  const code = readNotebook(path).cells.filter((cell) => cell.cell_type === "code");
  const calls = (name) => code.some(({ source }) => joined(source).includes(`${name}(`));
  return { ...notebook, liveStates: calls("notebookProgress") ? 3 : calls("showLive") ? 2 : 0 };
}

function withoutOutputs(document) {
  const bare = (cell) => (cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell);
  return { ...document, cells: document.cells.map(bare) };
}

function write(folder, name, document) {
  writeFileSync(join(folder, name), JSON.stringify(document));
}

// What git takes of a notebook that somebody ran: nothing of the run, all of what was written.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { cleaned } from "../../../scripts/notebooks/outputs/clean.mjs";
import { refreshIndex, refreshOnSave } from "../../../scripts/notebooks/outputs/git-refresh.mts";
import { fingerprint } from "../../../scripts/notebooks/outputs/outputs.mts";
import { installGitFilter } from "../../../scripts/setup/git-filter.mjs";
import {
  type Cell,
  type NotebookDocument,
  notebookText,
  outputsDigest,
} from "../../../scripts/setup/jupyter/notebook-file.mjs";
import { context, ROOT } from "../../../scripts/setup/paths.mjs";
import { temporaryFolder } from "../../temporary-folder";

const stream = (text: string) => ({ output_type: "stream", name: "stdout", text: [text] });
const code = (id: string, source: string, text: string): Cell => ({
  ...{ cell_type: "code", id, source: [source], metadata: {} },
  ...{ execution_count: 1, outputs: [stream(text)] },
});

/** A notebook as the headless run writes it back. */
function written(...cells: Cell[]): NotebookDocument {
  const outputs = { fingerprint: fingerprint({ cells }), digest: outputsDigest({ cells }), profile: "full" };
  return { cells, metadata: { kernelspec: { name: "tslab" }, unroll: { claims: 1, outputs } }, nbformat: 4 };
}

const committed = () => written(code("a", "const a = 1;", "one\n"), code("b", "a", "1\n"));
const edited = (document: NotebookDocument, edit: (copy: NotebookDocument) => unknown): string => {
  const copy = structuredClone(document);
  edit(copy);
  return notebookText(copy);
};
const run = (document: NotebookDocument): void => {
  for (const cell of document.cells) {
    cell.outputs = [stream("another run\n")];
    cell.execution_count = (cell.execution_count ?? 0) + 7;
    cell.metadata = { ...cell.metadata, execution: { began: "now" } };
  }
  document.metadata = { ...document.metadata, language_info: { name: "typescript" } };
};

test("a run changes nothing; new outputs of the headless run are taken", () => {
  const before = notebookText(committed());
  expect(cleaned(edited(committed(), run), before)).toBe(before);
  expect(cleaned(before, before)).toBe(before);
  const anew = notebookText(written(code("a", "const a = 1;", "two\n"), code("b", "a", "2\n")));
  expect(cleaned(anew, before)).toBe(anew);
});

test("a cell that somebody wrote is taken without outputs; cells that stay keep those that git has", () => {
  const text = edited(committed(), (document) => {
    run(document);
    document.cells[1] = { ...code("b", "a + 1", "2\n") };
    document.metadata = { ...document.metadata, unroll: { ...document.metadata?.unroll, claims: 2 } };
  });
  const taken = JSON.parse(cleaned(text, notebookText(committed())));
  expect(taken.cells[0]).toEqual(committed().cells[0]);
  expect(taken.cells[1]).toMatchObject({ source: ["a + 1"], outputs: [], execution_count: null, metadata: {} });
  const { metadata } = committed();
  expect(taken.metadata).toEqual({ ...metadata, unroll: { ...metadata?.unroll, claims: 2 } });
});

test("a new notebook is taken without outputs, a reader's own as it is, and what is no notebook as it is", () => {
  const fresh = edited(committed(), run);
  expect(JSON.parse(cleaned(fresh, undefined)).cells.map(({ outputs }: Cell) => outputs)).toEqual([[], []]);
  const own = edited(committed(), (document) => {
    delete document.metadata?.unroll;
  });
  expect(cleaned(own, undefined)).toBe(own);
  expect(cleaned("<<<<<<< ours", undefined)).toBe("<<<<<<< ours");
});

const git = (root: string, ...args: string[]) =>
  spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: root, encoding: "utf8" });

/** A clone with one notebook, and what setup and git need of this project. */
function repository() {
  const root = temporaryFolder();
  for (const file of ["scripts/notebooks", "scripts/setup", ".gitattributes"]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  }
  mkdirSync(join(root, "notebooks"));
  writeFileSync(join(root, "notebooks", "a.ipynb"), notebookText(committed()));
  git(root, "init", "-q");
  git(root, "add", ".");
  git(root, "commit", "-qm", "first");
  return root;
}

test("after setup, git status is clean when a notebook was run, and shows what was written", async () => {
  const root = repository();
  const path = join(root, "notebooks", "a.ipynb");
  const status = () => git(root, "status", "--porcelain").stdout;
  expect(await installGitFilter(context({ root, say: () => {} }))).toMatch(/JupyterLab/);
  expect(await installGitFilter(context({ root, say: () => {} }))).toBeNull();
  writeFileSync(path, edited(committed(), run));
  expect(git(root, "diff").stdout).toBe("");
  expect(refreshIndex(root, path)).toBe(true);
  expect(status()).toBe("");
  expect(readFileSync(path, "utf8")).toContain("another run");
  writeFileSync(
    path,
    edited(committed(), (document) => document.cells.push(code("c", "new", "x"))),
  );
  expect(refreshIndex(root, path)).toBe(false);
  expect(status()).toBe(" M notebooks/a.ipynb\n");
  expect(git(root, "diff").stdout).not.toContain('"x"');
  expect(git(root, "diff", "--cached").stdout).toBe("");
});

test("a notebook that JupyterLab saves is looked at by itself, and all are at the end", async () => {
  const root = repository();
  await installGitFilter(context({ root, say: () => {} }));
  const path = join(root, "notebooks", "a.ipynb");
  const end = refreshOnSave(root, join(root, "notebooks"));
  const status = () => git(root, "status", "--porcelain").stdout;
  writeFileSync(path, edited(committed(), run));
  await vi.waitFor(() => expect(status()).toBe(""), { timeout: 20_000, interval: 200 });
  end();
  const last = refreshOnSave(root, join(root, "notebooks"));
  writeFileSync(
    path,
    edited(committed(), (document) => {
      run(document);
      run(document);
    }),
  );
  last();
  expect(status()).toBe("");
});

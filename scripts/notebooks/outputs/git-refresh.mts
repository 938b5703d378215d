/**
 * Git compares a file's size before it asks the filter (clean.mjs): a notebook that was run stands in `git status` though
 * `git diff` shows nothing. `git add` of the same content tells git the new size and changes nothing else.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, watch } from "node:fs";
import { join, relative, sep } from "node:path";

const SETTLED = 300; // milliseconds after a file's last change: JupyterLab writes a file beside it and renames that

/** @returns whether git takes the notebook for unchanged now; a notebook that somebody edited is left alone */
export function refreshIndex(root: string, path: string): boolean {
  const name = relative(root, path).split(sep).join("/");
  const git = (...args: string[]) => spawnSync("git", args, { cwd: root, encoding: "utf8" });
  const known = git("rev-parse", `:${name}`);
  if (known.status !== 0 || git("hash-object", "--", name).stdout !== known.stdout) return false; // as the filter makes it
  return git("add", "--", name).status === 0;
}

/** Does so whenever a notebook of the folder is saved. @returns a function that ends it, after a last look at all */
export function refreshOnSave(root: string, folder: string): () => void {
  const waiting = new Map<string, NodeJS.Timeout>();
  const refresh = (name: string): void => {
    waiting.delete(name);
    try {
      refreshIndex(root, join(folder, name));
    } catch {
      // the file has just been renamed or removed: its next change comes here too
    }
  };
  const watcher = watch(folder, (_, name) => {
    if (!name?.endsWith(".ipynb")) return;
    clearTimeout(waiting.get(name));
    waiting.set(name, setTimeout(refresh, SETTLED, name).unref());
  });
  watcher.unref();
  return () => {
    watcher.close();
    for (const timer of waiting.values()) clearTimeout(timer);
    for (const name of readdirSync(folder).filter((each) => each.endsWith(".ipynb"))) refresh(name);
  };
}

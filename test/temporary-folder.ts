import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** An empty folder that is removed when the test ends. @param parent where it is made */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = made(parent);
  onTestFinished(() => removed(folder));
  return folder;
}

/** An empty folder for all tests of a file; called at the file's top level. */
export function temporaryFolderOfFile(): string {
  const folder = made(tmpdir());
  afterAll(() => removed(folder));
  return folder;
}

const made = (parent: string) => realpathSync(mkdtempSync(join(parent, "unroll-test-")));
const removed = (folder: string) => rmSync(folder, { recursive: true, force: true });

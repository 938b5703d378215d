import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clearReport } from "../../../scripts/notebooks/report/clear.mts";
import { temporaryFolder } from "../../temporary-folder";

test("clearReport(folder): a run that is killed leaves no report of an earlier run beside its own notebooks", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "notebooks"));
  for (const name of ["index.html", "notebooks.json", "junit.xml", "own.txt", "notebooks/old.ipynb"]) {
    writeFileSync(join(folder, name), "old");
  }
  expect(clearReport(folder)).toBe(join(folder, "notebooks"));
  expect(readdirSync(folder).sort()).toEqual(["notebooks", "own.txt"]);
  expect(readdirSync(join(folder, "notebooks"))).toEqual([]);
  const made = join(folder, "new", "report");
  clearReport(made);
  expect(existsSync(join(made, "notebooks"))).toBe(true);
});

/** Empties the place of a report before a run: a run that is killed leaves no report, and never one beside another run's notebooks. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the report of an earlier run, and makes the folder for the executed notebooks. What else is in the folder stays.
 *
 * @param folder the report's
 * @returns the folder for the executed notebooks
 */
export function clearReport(folder: string): string {
  for (const name of ["index.html", "notebooks.json", "junit.xml"]) rmSync(join(folder, name), { force: true });
  const outputs = join(folder, "notebooks");
  rmSync(outputs, { recursive: true, force: true });
  mkdirSync(outputs, { recursive: true });
  return outputs;
}

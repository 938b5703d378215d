/** The virtual environments of Python peers. */
import { join } from "node:path";

/** The Python of an environment in the folder. */
export const pythonOf = (folder: string, environment: string): string =>
  join(folder, environment, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

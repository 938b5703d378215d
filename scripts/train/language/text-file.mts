/** The text of a run: a file. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadShakespeare, saveFiles } from "unroll/data";
import type { Settings } from "../config.mts";
import type { MakeOptions } from "../task.mts";

const FILE = join("tinyshakespeare", "input.txt");
const KEPT = "text.txt";

/**
 * The file that the settings name; or tiny Shakespeare, of the data folder, or as `loadShakespeare` finds it, which is kept in
 * the run's folder then.
 *
 * @throws Error where the settings name a file that is not there, or is empty
 */
export async function textFile({ text, folder }: Settings, { dataFolder, say }: MakeOptions): Promise<string> {
  if (text !== undefined) {
    const found = statSync(text, { throwIfNoEntry: false });
    if (found === undefined) throw new Error(`--text: expected a file, got no ${text}`);
    if (found.size === 0) throw new Error(`--text: expected a text, got the empty file ${text}`);
    return text;
  }
  const own = dataFolder === undefined ? undefined : join(dataFolder, FILE);
  if (own !== undefined && existsSync(own)) return own;
  const kept = join(folder, KEPT);
  if (existsSync(kept)) return kept;
  const { text: found } = await loadShakespeare({ log: say });
  await saveFiles(folder, { [KEPT]: new TextEncoder().encode(found) });
  return kept;
}

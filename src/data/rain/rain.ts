import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { cacheFolder, type Environment } from "../sources/cache";
import { radarHours } from "./radar-hours";
import { readRainHours } from "./rain-csv";
import { hasReflectivity, type RainHour } from "./rain-hours";

export interface RainOptions {
  /** The number of hours; of the file, the first ones with a reflectivity. Required. */
  count: number;
  /** Fixes the generated hours. Default: 0. */
  seed?: number;
  /** A folder with `rain/train.csv`. Default: the environment's `UNROLL_DATA`. */
  folder?: string;
  /** The variables UNROLL_DATA and XDG_CACHE_HOME are read from it. Default: process.env. */
  environment?: Environment;
  /** Prints the line about the source of the hours. Default: console.log. */
  log?: (line: string) => void;
}

export interface Rain {
  readonly hours: readonly RainHour[];
  readonly source: { readonly kind: "real" | "generated"; readonly description: string };
}

/**
 * Loads hours of rain for "How Much Did It Rain? II". They come from the competition's `train.csv`, if it is
 * `rain/train.csv` in the folder that `UNROLL_DATA` names or in the cache, else from `radarHours`.
 * (https://www.kaggle.com/c/how-much-did-it-rain-ii/data gives the file to people who agree to its rules, so no mirror
 * may have it.) One line says which source was used. Hours without a reflectivity are left out.
 *
 * @example
 *   const { hours, source } = await loadRain({ count: 1000 });
 *   console.log(source.kind, hours.length);
 *
 * @throws DataError for options out of range, for a file with fewer hours, and the errors of `readRainHours`
 */
export async function loadRain(options: RainOptions): Promise<Rain> {
  checkOptions("loadRain", options, ["count", "seed", "folder", "environment", "log"]);
  const { count, seed = 0, log = console.log, environment = process.env } = options;
  checkWhole("loadRain", "count", count, 1, 10_000_000);
  const file = await findFile([options.folder ?? environment.UNROLL_DATA, cacheFolder(environment)]);
  if (file === undefined) {
    log("generated radar: hours made by Marshall and Palmer's relation, as there is no rain/train.csv");
    return {
      hours: radarHours({ count, seed }),
      source: { kind: "generated", description: "hours of a model of rain" },
    };
  }
  log(`real radar: the first ${count} hours of ${file}`);
  const hours: RainHour[] = [];
  for await (const hour of readRainHours(file)) {
    if (hasReflectivity(hour)) hours.push(hour);
    if (hours.length === count) return { hours, source: { kind: "real", description: `hours of ${file}` } };
  }
  throw new DataError(file, "hours with a reflectivity", `${count} or more`, `${hours.length}`);
}

async function findFile(folders: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (!folder) continue;
    const path = join(resolve(folder), "rain", "train.csv");
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  return undefined;
}

import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkWhole, DataError } from "../errors";
import { cacheFolder, type Environment } from "../sources/cache";
import { radarHours } from "./radar-hours";
import { readRainHours } from "./rain-csv";
import { hasReflectivity, type RainHour } from "./rain-hours";

export interface RainOptions {
  /** How many hours, the file's first ones that have a reflectivity. */
  count: number;
  /** Gives the generated hours. Default 0. */
  seed?: number;
  /** A folder with `rain/train.csv`. Default: the environment's `UNROLL_DATA`. */
  folder?: string;
  /** Whose UNROLL_DATA and XDG_CACHE_HOME count. Default: process.env. */
  environment?: Environment;
  /** Takes the line that says where the hours are from. Default: console.log. */
  log?: (line: string) => void;
}

export interface Rain {
  readonly hours: readonly RainHour[];
  readonly source: { readonly kind: "real" | "generated"; readonly description: string };
}

/**
 * Hours of rain for "How Much Did It Rain? II": of the competition's `train.csv`, where it lies as `rain/train.csv` in the
 * folder that `UNROLL_DATA` names or in the cache (https://www.kaggle.com/c/how-much-did-it-rain-ii/data gives it to who
 * has agreed to its rules, so that no mirror may); else of `radarHours`. One line says which. Hours without a single
 * reflectivity are left out.
 *
 * @throws DataError for options out of range, for a file with fewer hours, and what `readRainHours` refuses
 */
export async function loadRain(options: RainOptions): Promise<Rain> {
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

/** What fit costs beside a bare compiled step, and what the guard costs. */
import { median } from "../median.mts";
import { arraysOf } from "./arrays.mts";
import { bareWays, fitWay, perStep, type Train, type Way } from "./fit-ways.mts";
import type { Fitting, Library } from "./library.mts";
import { batchOf, networkOf } from "./network.mts";
import type { Workload } from "./workload.mts";

/** What is measured: the bare step, the same guarded, both on resident data, and fit with its bar. */
export const WAYS = ["bare", "guarded", "rows", "rowsGuarded", "fit"] as const;

type WayName = (typeof WAYS)[number];

const BLOCKS = 9; // of each way
const WARM_UPS = 5;
const LEAST = 12; // steps in a block

export interface FitOptions {
  /** How long one way is timed for, all its blocks together. */
  readonly seconds: number;
  /** The parts that a batch is cut into. Default: one a core. */
  readonly shards?: number | undefined;
  /** How many blocks each way has. Default: 9. */
  readonly blocks?: number;
}

/** Milliseconds a step by way, the median of its blocks; and the medians of the blocks' ratios. */
export interface FitFigures extends Record<`${WayName}_ms`, number> {
  /** The guarded step's time over the bare one's. */
  readonly guard: number;
  /** The step on resident data over the bare one's. */
  readonly rows: number;
  /** The guarded step's on resident data over the one that is not guarded. */
  readonly rowsGuard: number;
  /** fit's over the bare one's. */
  readonly fit: number;
  readonly steps: number;
  /** Characters that the bar wrote. */
  readonly drawn: number;
}

/**
 * The ways take turns in one process, block by block: a machine that gets slower meanwhile gets slower for all of them.
 */
export async function measureFit(
  library: Library & Fitting,
  workload: Workload,
  { seconds, shards, blocks = BLOCKS }: FitOptions,
): Promise<FitFigures> {
  const network = networkOf(library, workload);
  const steps = stepsFor({ library, network, workload, shards }, seconds / blocks);
  const examples = workload.batch * steps;
  const train = { library, network, workload, shards };
  const arrays = arraysOf(library.tf, { ...workload, batch: examples });
  const fit = fitWay({ ...train, arrays, warmUps: WARM_UPS });
  const ways: Record<WayName, Way> = { ...bareWays(train, examples), fit };
  for (const way of WAYS) await ways[way].run(WARM_UPS);
  const times: Record<WayName, number[]> = { bare: [], guarded: [], rows: [], rowsGuarded: [], fit: [] };
  for (let block = 0; block < blocks; block++) {
    const order = block % 2 === 0 ? WAYS : [...WAYS].reverse();
    for (const way of order) times[way].push(await ways[way].run(steps));
  }
  for (const way of WAYS) ways[way].dispose();
  const over = (a: WayName, b: WayName) => median(times[a].map((time, i) => time / (times[b][i] ?? Number.NaN)));
  return {
    bare_ms: median(times.bare),
    guarded_ms: median(times.guarded),
    rows_ms: median(times.rows),
    rowsGuarded_ms: median(times.rowsGuarded),
    fit_ms: median(times.fit),
    guard: over("guarded", "bare"),
    rows: over("rows", "bare"),
    rowsGuard: over("rowsGuarded", "rows"),
    fit: over("fit", "bare"),
    steps: steps * blocks,
    drawn: fit.drawn(),
  };
}

/** How many steps make a block of that many seconds. */
function stepsFor({ library: { compile, rnn, tf }, network, workload, shards }: Train, seconds: number): number {
  const batch = batchOf(tf, workload);
  const { variables, terms } = network;
  const step = compile.trainStep(terms, { variables, optimizer: new rnn.AdamOptimizer(), shards });
  perStep(WARM_UPS, () => step(...batch));
  const count = Math.max(LEAST, Math.ceil((1000 * seconds) / perStep(WARM_UPS, () => step(...batch))));
  step.dispose();
  tf.dispose(batch);
  return count;
}

import { allocate } from "../allocate";
import { numericArray } from "../array";
import type { Dataset } from "../batches";
import { checkOptions } from "../check-options";
import { checkWhole } from "../errors";
import { Random } from "../random";

export interface SpikeTrainsOptions {
  /** The number of trains. Required. */
  count: number;
  /** Time steps in each train. Required. */
  nSteps: number;
  /**
   * The shortest interval between two spikes, in time steps. All lengths from `shortest` to `longest` are equally
   * likely. Required.
   */
  shortest: number;
  /** The longest interval between two spikes, in time steps. Required. */
  longest: number;
  /** Fixes the trains. Default: 0. */
  seed?: number;
}

/**
 * Generates trains of spikes, and the answers of a network that can time them: at each spike, the time since the spike
 * before. It follows "measuring spike delays" of Gers, Schraudolph and Schmidhuber (2002), "Learning precise timing
 * with LSTM recurrent networks".
 *
 * The first spike comes at one of the first `longest` steps, and its target is 0, because there is no spike before it.
 *
 * @example
 *   const trains = spikeTrains({ count: 100, nSteps: 60, shortest: 10, longest: 20, seed: 42 });
 *
 * @returns x: 1 at a spike, 0 elsewhere, `[count, nSteps, 1]`; y: at each spike but the first the time steps since the
 *   spike before, 0 elsewhere, `[count, nSteps, 1]`
 * @throws DataError for options out of range, or trains too short for two spikes
 */
export function spikeTrains(options: SpikeTrainsOptions): Dataset<Float32Array, Float32Array, 3, 3> {
  checkOptions("spikeTrains", options, ["count", "nSteps", "shortest", "longest", "seed"]);
  const { count, nSteps, shortest, longest, seed = 0 } = options;
  checkWhole("spikeTrains", "count", count, 1);
  checkWhole("spikeTrains", "shortest", shortest, 1);
  checkWhole("spikeTrains", "longest", longest, shortest);
  checkWhole("spikeTrains", "nSteps", nSteps, 2 * longest);
  const random = new Random(seed);
  const x = allocate("spikeTrains", "count", Float32Array, count * nSteps);
  const y = allocate("spikeTrains", "count", Float32Array, count * nSteps);
  for (let begin = 0; begin < x.length; begin += nSteps) {
    let interval = 0;
    let time = random.integer(longest);
    while (time < nSteps) {
      x[begin + time] = 1;
      y[begin + time] = interval;
      interval = shortest + random.integer(longest - shortest + 1);
      time += interval;
    }
  }
  return { x: numericArray(x, [count, nSteps, 1]), y: numericArray(y, [count, nSteps, 1]) };
}

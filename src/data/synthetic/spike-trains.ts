import { numericArray } from "../array";
import type { Dataset } from "../batches";
import { checkWhole } from "../errors";
import { Random } from "../random";

export interface SpikeTrainsOptions {
  /** How many trains. */
  count: number;
  /** Time steps in each. */
  nSteps: number;
  /** Shortest and longest interval between two spikes, in time steps; all lengths between are equally likely. */
  shortest: number;
  longest: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Trains of spikes, and what a network that can time them would say: at each spike, how long ago the one before was.
 * After "measuring spike delays" of Gers, Schraudolph and Schmidhuber (2002), "Learning precise timing with LSTM
 * recurrent networks".
 *
 * The first spike comes at one of the first `longest` steps, and has nothing to be measured from.
 *
 * @returns x: 1 at a spike, 0 elsewhere, `[count, nSteps, 1]`; y: at a spike the time steps since the one before, 0
 *   elsewhere and at the first, `[count, nSteps, 1]`
 * @throws DataError for options out of range, or trains too short for two spikes
 */
export function spikeTrains(options: SpikeTrainsOptions): Dataset<Float32Array, Float32Array> {
  const { count, nSteps, shortest, longest, seed = 0 } = options;
  checkWhole("spikeTrains", "count", count, 1);
  checkWhole("spikeTrains", "shortest", shortest, 1);
  checkWhole("spikeTrains", "longest", longest, shortest);
  checkWhole("spikeTrains", "nSteps", nSteps, 2 * longest);
  const random = new Random(seed);
  const x = new Float32Array(count * nSteps);
  const y = new Float32Array(count * nSteps);
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

import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkOptions } from "../checks";
import { checkState, flattenState, packState, type State, zipState } from "../state";
import { tidy } from "../tidy";
import { furtherSeed, type Initializer, zerosInitializer } from "../weights/initializers";
import { weight } from "../weights/weights";

export interface TrainableStateOptions {
  /** The first values. Default: zeros, so that an untrained state is the cell's zero state. */
  initializer?: Initializer;
  /** Fixes the first values. Default: other values at every construction, where the initializer draws. */
  seed?: number;
}

/**
 * An initial state that is learned: one variable `[1, n]` for each part of a cell's state, the same for all sequences of a
 * batch. Unrollers take it as `initialState`; its gradient is the sum over the batch. It is a part of a model like a
 * cell, so checkpoints, weight files and summaries have its weights under `initial_state`.
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const start = new TrainableState(cell); // weights initial_state/c and initial_state/h
 *   const model = modelOf({ cell, start }, (x: tf.Tensor3D) => dynamicRnn(cell, x, { initialState: start })[0]);
 *
 * @throws ArgumentError when `cell` is no cell or an option is unknown
 */
export class TrainableState<S extends State = State> {
  /** By name: `initial_state/c`, or `initial_state` where the state is a single tensor. */
  readonly weights: Readonly<Record<string, tf.Variable>>;
  private readonly structure: S;

  constructor(cell: RNNCell<S>, options: TrainableStateOptions = {}) {
    checkCell("TrainableState", cell);
    checkOptions("TrainableState", options, ["initializer", "seed"]);
    const { initializer = zerosInitializer, seed } = options;
    const zero = cell.zeroState(1);
    const names = namesOf("initial_state", zero);
    const parts = flattenState(zero).map(({ shape }, i) =>
      weight(() => initializer<tf.Rank.R2>(shape, furtherSeed(seed, i))),
    );
    tf.dispose(flattenState(zero));
    this.weights = Object.fromEntries(names.map((name, i) => [name, parts[i] as tf.Variable]));
    this.structure = packState(zero, parts as tf.Variable<tf.Rank.R2>[]);
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  /**
   * Returns the state for a batch.
   *
   * @param zero the cell's zero state, which has the batch's size
   * @throws ArgumentError when the cell's state has another structure or other sizes
   */
  forBatch(where: string, zero: S): S {
    const [first] = flattenState(zero);
    return tidy(() => {
      const rows = (part: tf.Tensor2D) => tf.zeros<tf.Rank.R2>([first?.shape[0] ?? 1, part.shape[1]]);
      checkState(where, "initialState", packState(this.structure, flattenState(this.structure).map(rows)), zero);
      return zipState(zero, this.structure, (of, part) => tf.add(of, part));
    });
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

function namesOf(name: string, state: State): string[] {
  if (state instanceof tf.Tensor) return [name];
  return Object.entries(state).flatMap(([part, inner]) => namesOf(`${name}/${part}`, inner as State));
}

import { ArgumentError, describe } from "../../arguments";
import { dynamicRnn, type RNNCell, type State, type UnrollOptions } from "../../rnn";
import { tidy } from "../../rnn/internal";
import * as tf from "../../tf";
import { AttendedCell } from "./attended-cell";
import type { Alignments, AttentionState } from "./state";

/** What an unrolled attended cell looked at. */
export interface AlignmentHistory<S extends State, A extends Alignments = tf.Tensor2D> {
  /** As `dynamicRnn` returns them, `[batch, nSteps, outputSize]`. */
  readonly outputs: tf.Tensor3D;
  /** `[batch, nSteps, memorySteps]`: row t is what time step t looked at. For a list of mechanisms a list of them. */
  readonly alignments: A extends readonly tf.Tensor2D[] ? readonly tf.Tensor3D[] : tf.Tensor3D;
  readonly state: AttentionState<S, A>;
}

/**
 * Unrolls an attended cell as `dynamicRnn` does, and returns the alignments of all time steps too: TensorFlow 1.x's
 * `alignment_history`, with teacher forcing. Each row sums to 1 and is 0 on the memory's padding; the rows past a sequence's
 * own end are 0. It works eagerly, in compiled functions and on long sequences, as `dynamicRnn` does.
 *
 * @example
 *   const mechanism = new LuongAttention({ numUnits: 4, memorySize: 6, seed: 42 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanism);
 *   const attended = cell.attend(tf.randomNormal([2, 5, 6]), [5, 3]);
 *   const words = tf.randomNormal<tf.Rank.R3>([2, 7, 3]); // the vectors of the right words, one a time step
 *   const { outputs, alignments } = alignmentHistory(attended, words, { sequenceLength: [7, 4] }); // [2, 7, 6], [2, 7, 5]
 *
 * @param options those of `dynamicRnn`
 * @throws ArgumentError when the cell is not one that `attend` returned; the errors of `dynamicRnn`
 */
export function alignmentHistory<S extends State, A extends Alignments>(
  attended: AttendedCell<S, A>,
  inputs: tf.Tensor3D,
  options: UnrollOptions<AttentionState<S, A>> = {},
): AlignmentHistory<S, A> {
  if (!(attended instanceof AttendedCell)) {
    const expected = "a cell that AttentionWrapper.attend returned";
    throw new ArgumentError("alignmentHistory", "attended", expected, describe(attended));
  }
  const { outputSize, memorySteps, mechanismCount } = attended;
  return tidy(() => {
    const [joined, state] = dynamicRnn(withAlignments(attended), inputs, options);
    const sizes = [outputSize, ...new Array<number>(mechanismCount).fill(memorySteps)];
    const [outputs, ...rows] = tf.split(joined, sizes, 2);
    const alignments = Array.isArray(state.alignments) ? rows : rows[0];
    return { outputs, alignments, state } as AlignmentHistory<S, A>;
  });
}

/** The same cell, whose output has the alignments of the step behind it. */
function withAlignments<S extends State, A extends Alignments>(
  attended: AttendedCell<S, A>,
): RNNCell<AttentionState<S, A>> {
  const { inputSize, outputSize, memorySteps, mechanismCount, variables, weights } = attended;
  const joined = ([output, state]: [tf.Tensor2D, AttentionState<S, A>]): [tf.Tensor2D, AttentionState<S, A>] => {
    const rows = [state.alignments].flat() as tf.Tensor2D[];
    return [tf.concat2d([output, ...rows], 1), state];
  };
  return {
    inputSize,
    outputSize: outputSize + mechanismCount * memorySteps,
    variables,
    weights,
    zeroState: (batchSize) => attended.zeroState(batchSize),
    call: (x, state, key) => tidy(() => joined(attended.call(x, state, key))),
    open: () => {
      const { step } = attended.openSteps();
      return { project: (x) => [x], step: ([x], state, key) => joined(step(x as tf.Tensor2D, state, key)) };
    },
    dispose() {},
  };
}

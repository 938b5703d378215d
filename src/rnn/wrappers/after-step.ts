import type { OpenCell, RNNCell } from "../cell";
import { type Draw, within } from "../draw";
import type { State } from "../state";
import { tidy } from "../tidy";

/** What is done to a state right after each step: it sees the new one and the one before. */
type AfterStep<S extends State> = (next: S, before: S, draw: Draw | undefined) => S;

/**
 * A cell whose state is changed right after each step, opened or not. Its output stays what the cell gave. The weights
 * belong to the cell inside.
 *
 * @param inner the place of the cell inside, for its random numbers
 */
export function afterStep<S extends State>(cell: RNNCell<S>, inner: number, change: AfterStep<S>): RNNCell<S> {
  const { inputSize, outputSize, variables, open } = cell;
  const openChanged = (): OpenCell<S> => {
    const opened = (open as () => OpenCell<S>).call(cell);
    return {
      project: opened.project,
      step: (projected, state, draw, time) => {
        const [output, next] = opened.step(projected, state, within(draw, inner), time);
        return [output, change(next, state, draw)];
      },
    };
  };
  return {
    inputSize,
    outputSize,
    variables,
    ...(cell.inputDtype && { inputDtype: cell.inputDtype }),
    zeroState: (batchSize) => cell.zeroState(batchSize),
    call: (inputs, state, draw) =>
      tidy(() => {
        const [output, next] = cell.call(inputs, state, within(draw, inner));
        return [output, change(next, state, draw)];
      }),
    ...(open && cell.overTime === undefined && { open: openChanged }),
    dispose() {},
  };
}

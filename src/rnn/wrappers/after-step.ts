import type { OpenCell, RNNCell } from "../cell";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";

/** What is done to a state right after each step: it sees the new one and the one before. */
type AfterStep<S extends State> = (next: S, before: S, draw: RandomKey | undefined) => S;

/**
 * A cell whose state is changed right after each step, opened or not. Its output stays what the cell gave. The weights
 * belong to the cell inside.
 *
 * @param inner the place of the cell inside, for its random numbers
 */
export function afterStep<S extends State>(cell: RNNCell<S>, inner: number, change: AfterStep<S>): RNNCell<S> {
  const { inputSize, outputSize, variables, open } = cell;
  const openChanged = (rows: number): OpenCell<S> => {
    const opened = (open as NonNullable<typeof open>).call(cell, rows);
    const { padding } = opened;
    const changed: AfterStep<S> = (next, before, draw) =>
      padding ? padding.pad(change(padding.unpad(next), padding.unpad(before), draw)) : change(next, before, draw);
    return {
      ...(padding && { padding }),
      project: (inputs) => opened.project(inputs),
      step: (projected, state, draw, time) => {
        const [output, next] = opened.step(projected, state, foldIn(draw, inner), time);
        return [output, changed(next, state, draw)];
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
        const [output, next] = cell.call(inputs, state, foldIn(draw, inner));
        return [output, change(next, state, draw)];
      }),
    ...(open && cell.overTime === undefined && { open: openChanged }),
    dispose() {},
  };
}

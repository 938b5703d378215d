import type { OpenCell, RNNCell } from "../cell";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";

/** A function that changes the state after each step. It gets the new state and the state before the step. */
type AfterStep<S extends State> = (next: S, before: S, key: RandomKey | undefined) => S;

/**
 * Returns a cell that runs the given cell and then changes its state at each step, opened or not. The output is the
 * output of the given cell, and the weights still belong to that cell.
 *
 * @param inner the index that is folded into the random key of the given cell
 */
export function afterStep<S extends State>(cell: RNNCell<S>, inner: number, change: AfterStep<S>): RNNCell<S> {
  const { inputSize, outputSize, variables, open } = cell;
  const openChanged = (inputCount: number): OpenCell<S> => {
    const opened = (open as NonNullable<typeof open>).call(cell, inputCount);
    const { padding } = opened;
    const changed: AfterStep<S> = (next, before, key) =>
      padding ? padding.pad(change(padding.unpad(next), padding.unpad(before), key)) : change(next, before, key);
    return {
      ...(padding && { padding }),
      project: (inputs) => opened.project(inputs),
      step: (projected, state, key, time) => {
        const [output, next] = opened.step(projected, state, foldIn(key, inner), time);
        return [output, changed(next, state, key)];
      },
    };
  };
  return {
    inputSize,
    outputSize,
    variables,
    ...(cell.inputDtype && { inputDtype: cell.inputDtype }),
    zeroState: (batchSize) => cell.zeroState(batchSize),
    call: (inputs, state, key) =>
      tidy(() => {
        const [output, next] = cell.call(inputs, state, foldIn(key, inner));
        return [output, change(next, state, key)];
      }),
    ...(open && cell.overTime === undefined && { open: openChanged }),
    dispose() {},
  };
}

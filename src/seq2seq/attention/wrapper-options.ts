import { ArgumentError, checkCount, checkFunction, describe } from "../../arguments";
import type { AnyCell } from "../../rnn/internal";
import { AttentionMechanism } from "./mechanism";
import type { Mechanisms } from "./state";

const WHERE = "AttentionWrapper";

/**
 * Returns the mechanisms as a list.
 *
 * @throws ArgumentError when one is no mechanism or the same as another, its queries are not the cell's outputs, or their
 *   memories differ in size
 */
export function mechanismsOf(given: Mechanisms, cellOutput: number): readonly AttentionMechanism[] {
  const mechanisms: readonly unknown[] = Array.isArray(given) ? [...given] : [given];
  if (mechanisms.length === 0) throw new ArgumentError(WHERE, "mechanism", "at least one mechanism", "none");
  return mechanisms.map((mechanism, i) => {
    const argument = Array.isArray(given) ? `mechanism[${i}]` : "mechanism";
    if (!(mechanism instanceof AttentionMechanism)) {
      throw new ArgumentError(WHERE, argument, "an attention mechanism", describe(mechanism));
    }
    if (mechanisms.indexOf(mechanism) !== i) {
      throw new ArgumentError(
        WHERE,
        argument,
        "a mechanism of its own",
        `that of mechanism[${mechanisms.indexOf(mechanism)}]`,
      );
    }
    if (mechanism.querySize !== cellOutput) {
      const expected = `a mechanism with querySize ${cellOutput}, the cell's output size`;
      throw new ArgumentError(WHERE, argument, expected, `querySize ${mechanism.querySize}`);
    }
    const { memorySize } = mechanisms[0] as AttentionMechanism;
    if (mechanism.memorySize !== memorySize) {
      const expected = `memorySize ${memorySize}, as mechanism[0] has: they look at one memory`;
      throw new ArgumentError(WHERE, argument, expected, `${mechanism.memorySize}`);
    }
    return mechanism;
  });
}

/**
 * Returns the sizes of the attention layers; undefined without layers.
 *
 * @throws ArgumentError when there is not one positive whole number for each mechanism
 */
export function layerSizes(given: unknown, mechanisms: number): readonly number[] | undefined {
  if (given === undefined) return undefined;
  const sizes: readonly number[] = Array.isArray(given) ? given : [given];
  if (sizes.length !== mechanisms) {
    throw new ArgumentError(
      WHERE,
      "attentionLayerSize",
      `${mechanisms} sizes, one for each mechanism`,
      describe(given),
    );
  }
  for (const [i, size] of sizes.entries()) {
    checkCount(WHERE, Array.isArray(given) ? `attentionLayerSize[${i}]` : "attentionLayerSize", size);
  }
  return sizes;
}

interface InputOptions {
  readonly inputSize?: number;
  readonly cellInputFn?: unknown;
}

/**
 * Returns the features of the wrapper's inputs.
 *
 * @throws ArgumentError when the cell's inputs have no room for the attention, or `cellInputFn` comes without `inputSize`
 */
export function inputSizeOf(cell: AnyCell, attentionSize: number, { inputSize, cellInputFn }: InputOptions): number {
  if (inputSize !== undefined) checkCount(WHERE, "inputSize", inputSize);
  if (cellInputFn !== undefined) {
    checkFunction(WHERE, "cellInputFn", cellInputFn);
    if (inputSize === undefined) throw new ArgumentError(WHERE, "inputSize", "a size, because of cellInputFn", "none");
    return inputSize;
  }
  if (cell.inputDtype === "int32") {
    throw new ArgumentError(
      WHERE,
      "cell",
      "a cell of float32 inputs, which the attention joins",
      "one of word indices",
    );
  }
  const rest = cell.inputSize - attentionSize;
  if (rest < 1 || (inputSize !== undefined && inputSize !== rest)) {
    const expected = `a cell of input size ${inputSize ?? "inputs"} + ${attentionSize}: it reads the inputs and the attention`;
    throw new ArgumentError(WHERE, "cell", expected, `input size ${cell.inputSize}`);
  }
  return rest;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors } from "../../../src/data";
import { dynamicRnn, flattenState, type RNNCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose } from "../../support";

const FOLDER = join(__dirname, "../../golden/foreign");

/** Nested lists of numbers. The rank depends on the case. */
// biome-ignore lint/suspicious/noExplicitAny: tensor2d and tensor3d both take it
type Nested = any;

/** A network of another library, its input, and its results. */
export interface Golden {
  readonly arrays: ReturnType<typeof readSafetensors>;
  readonly x: Nested;
  readonly outputs: Nested;
  /** In that library's order: h before c. */
  readonly states: Nested[];
}

export function golden(library: "torch" | "keras2" | "keras3", name: string): Golden {
  const { cases } = JSON.parse(readFileSync(join(FOLDER, `${library}.json`), "utf8"));
  const file = `${library}.${name}.safetensors`;
  return { ...cases[name], arrays: readSafetensors(readFileSync(join(FOLDER, file)), file) };
}

/** Runs the cell over the golden's input and expects its outputs and last states, within 1e-6. */
// biome-ignore lint/suspicious/noExplicitAny: cells of any state
export function expectSame(cell: RNNCell<any>, { x, outputs, states }: Pick<Golden, "x" | "outputs" | "states">): void {
  tf.tidy(() => {
    const [actual, state] = dynamicRnn(cell, tf.tensor3d(x));
    expectClose(actual, outputs, 1e-6);
    expectClose(
      flattenState(state).map((part) => part.arraySync()),
      states,
      1e-6,
    );
  });
}

/** The same arrays without the one named `without`, and with the `extra` ones. */
export function changed(arrays: Golden["arrays"], without: string, extra: Golden["arrays"] = {}): Golden["arrays"] {
  const { [without]: _, ...rest } = arrays;
  return { ...rest, ...extra };
}

/** An array of ones. */
export const ones = (...shape: number[]) => ({
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1),
  shape,
  dtype: "F32" as const,
});

import type { NumericArray } from "../data";
import type * as tf from "../tf";
import type { Examples, Source } from "./data";
import type { Model } from "./model";
import { type PassOptions, passOver } from "./pass";
import { batchFunction } from "./step";

/**
 * A model's outputs for all examples, in their order, without dropout.
 *
 *   const logits = await predict(model, { x: mnist.test.x }); // { data, shape: [10000, 10] }
 *
 * @returns `[rows, …]`. Of ragged sequences with an output for each time step, `[rows, longest, …]`, 0 past their ends
 * @throws ArgumentError for options and data that do not fit; the signal's reason when it is aborted, an AbortError at
 *   Ctrl-C
 */
export async function predict(
  model: Model,
  data: Examples,
  options: PassOptions = {},
): Promise<NumericArray<Float32Array | Int32Array>> {
  return passOver({ where: "predict", needsY: false }, model, data, options, async ({ watch, ...pass }) => {
    const outputs = batchFunction(pass, ({ x, lengths }) => model.call(x, undefined, lengths));
    const collected = new Outputs(pass.source);
    try {
      for (const rows of pass.source.plan(pass.batchSize)) {
        if (watch.reason !== undefined) return undefined;
        const result = outputs.run(rows);
        collected.put(rows, result);
        result.dispose();
        await watch.turn();
      }
      return collected.array();
    } finally {
      outputs.dispose();
    }
  });
}

/** Outputs of batches, put back in the rows' own order. */
class Outputs {
  private data: Float32Array | Int32Array = new Float32Array(0);
  private shape: readonly number[] = [];

  constructor(private readonly source: Source) {}

  put(rows: Int32Array, outputs: tf.Tensor): void {
    const { longest, rows: count } = this.source;
    const overTime = longest !== undefined && outputs.rank > 2;
    const rowShape = overTime ? [longest, ...outputs.shape.slice(2)] : outputs.shape.slice(1);
    const size = rowShape.reduce((product, length) => product * length, 1);
    if (this.shape.length === 0) {
      this.data = outputs.dtype === "float32" ? new Float32Array(count * size) : new Int32Array(count * size);
      this.shape = [count, ...rowShape];
    }
    const values = outputs.dataSync() as Float32Array | Int32Array;
    const given = values.length / rows.length;
    const step = overTime ? size / longest : 0;
    rows.forEach((row, i) => {
      const live = overTime ? (this.source.lengthOf?.(row) as number) * step : given;
      this.data.set(values.subarray(i * given, i * given + live), row * size);
    });
  }

  array(): NumericArray<Float32Array | Int32Array> {
    return { data: this.data, shape: this.shape };
  }
}

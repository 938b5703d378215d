import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import { describe } from "../checks";
import type { Examples, Source } from "../examples/source";
import { callModel, type Model } from "../model";
import { batchFunction } from "../step/step";
import { type PassOptions, passOver } from "./pass";

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
    const outputs = batchFunction(pass, ({ x, lengths }) => callModel(pass.where, model, x, lengths));
    const collected = new Outputs(pass.source);
    try {
      for (const rows of pass.source.plan(pass.batchSize)) {
        if (watch.reason !== undefined) return undefined;
        const result = takingOne(data, () => outputs.run(rows));
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

/**
 * Computes. Where the model does not take the data, they may be a single example.
 *
 * @throws ArgumentError that names predict and data.x
 */
function takingOne<T>({ x }: Examples, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof ArgumentError) || error.where === "predict" || Array.isArray(x)) throw error;
    const expected = "examples that the model takes, one a row ({ x: [it] } for a single one)";
    const refusal = new ArgumentError("predict", "data.x", expected, `${describe(x)} (${error.message})`);
    throw Object.assign(refusal, { cause: error });
  }
}

type Values = Float32Array | Int32Array;

/** What a model made of a batch. */
interface Made {
  readonly rows: Int32Array;
  readonly values: Values;
  readonly shape: readonly number[];
}

/** Outputs of batches, put back in the rows' own order. */
class Outputs {
  private readonly made: Made[] = [];

  constructor(private readonly source: Source) {}

  put(rows: Int32Array, outputs: tf.Tensor): void {
    this.made.push({ rows, values: outputs.dataSync() as Values, shape: outputs.shape });
  }

  /** @throws ArgumentError when rows have outputs of different shapes */
  array(): NumericArray<Values> {
    const { rows: count, longest = 0, lengthOf } = this.source;
    const [first] = this.made as [Made];
    const overTime = this.areOverTime();
    const rowShape = overTime ? [longest, ...first.shape.slice(2)] : first.shape.slice(1);
    if (!overTime) this.checkShapes(rowShape);
    const size = rowShape.reduce((product, length) => product * length, 1);
    const data = first.values instanceof Float32Array ? new Float32Array(count * size) : new Int32Array(count * size);
    for (const { rows, values } of this.made) {
      const given = values.length / rows.length;
      rows.forEach((row, i) => {
        const live = overTime ? ((lengthOf as (row: number) => number)(row) * size) / longest : given;
        data.set(values.subarray(i * given, i * given + live), row * size);
      });
    }
    return { data, shape: [count, ...rowShape] };
  }

  /**
   * Whether the second axis is time: as long, in every batch, as the batch is padded to. One value a time step counts as
   * that only where batches are padded to different lengths; else it may be one value a class.
   */
  private areOverTime(): boolean {
    const { paddedTo } = this.source;
    if (paddedTo === undefined) return false;
    const bounds = this.made.map(({ rows }) => paddedTo(rows));
    const isTime = this.made.every(({ shape }, i) => shape[1] === bounds[i]);
    return isTime && (new Set(bounds).size > 1 || (this.made[0] as Made).shape.length > 2);
  }

  private checkShapes(rowShape: readonly number[]): void {
    const other = this.made.find(({ shape }) => shape.slice(1).join() !== rowShape.join());
    if (other === undefined) return;
    const expected = `outputs of one shape for all rows, [${["rows", ...rowShape].join(", ")}]`;
    throw new ArgumentError("predict", "model", expected, `[${other.shape.join(", ")}]`);
  }
}

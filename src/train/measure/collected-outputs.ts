import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { Source } from "../examples/source";

type Values = Float32Array | Int32Array;

interface BatchOutputs {
  readonly indices: Int32Array;
  readonly values: Values;
  readonly shape: readonly number[];
}

/** Collects the outputs of batches, and puts them in the order of the examples. */
export class CollectedOutputs {
  private readonly batches: BatchOutputs[] = [];

  constructor(private readonly source: Source) {}

  add(indices: Int32Array, outputs: tf.Tensor): void {
    this.batches.push({ indices, values: outputs.dataSync() as Values, shape: outputs.shape });
  }

  /** @throws ArgumentError when examples have outputs of different shapes */
  array(): NumericArray<Values> {
    const { count, longest = 0, lengthOf } = this.source;
    const [first] = this.batches as [BatchOutputs];
    const overTime = this.areOverTime();
    const shape = overTime ? [longest, ...first.shape.slice(2)] : first.shape.slice(1);
    if (!overTime) this.checkShapes(shape);
    const size = shape.reduce((product, length) => product * length, 1);
    const data = first.values instanceof Float32Array ? new Float32Array(count * size) : new Int32Array(count * size);
    for (const { indices, values } of this.batches) {
      const given = values.length / indices.length;
      indices.forEach((index, i) => {
        const live = overTime ? ((lengthOf as (index: number) => number)(index) * size) / longest : given;
        data.set(values.subarray(i * given, i * given + live), index * size);
      });
    }
    return { data, shape: [count, ...shape] };
  }

  /**
   * Whether the second axis is time: in every batch it is as long as the batch is padded to. Outputs `[batch, size]`
   * count as one value per time step only where batches are padded to different lengths; otherwise `size` may be the
   * number of classes.
   */
  private areOverTime(): boolean {
    const { paddedTo } = this.source;
    if (paddedTo === undefined) return false;
    const bounds = this.batches.map(({ indices }) => paddedTo(indices));
    const isTime = this.batches.every(({ shape }, i) => shape[1] === bounds[i]);
    return isTime && (new Set(bounds).size > 1 || (this.batches[0] as BatchOutputs).shape.length > 2);
  }

  private checkShapes(exampleShape: readonly number[]): void {
    const other = this.batches.find(({ shape }) => shape.slice(1).join() !== exampleShape.join());
    if (other === undefined) return;
    const expected = `outputs of one shape for all examples, [${["examples", ...exampleShape].join(", ")}]`;
    throw new ArgumentError("predict", "model", expected, `[${other.shape.join(", ")}]`);
  }
}

import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { Steps } from "../examples/source";

type Values = Float32Array | Int32Array;

interface BatchOutputs {
  readonly indices: Int32Array;
  readonly values: Values;
  readonly shape: readonly number[];
}

/** Collects one output of the batches, and puts it in the order of the examples. */
export class CollectedOutputs {
  private readonly batches: BatchOutputs[] = [];

  /**
   * @param argument for messages: "model", or "model's tags"
   * @param count the number of examples
   * @param steps the time steps that the second axis is; undefined where it is not known to be time
   */
  constructor(
    private readonly argument: string,
    private readonly count: number,
    private readonly steps: Steps | undefined,
  ) {}

  /** @throws ArgumentError when a batch's outputs do not have a row for each of its examples */
  add(indices: Int32Array, outputs: tf.Tensor): void {
    if (outputs.shape[0] !== indices.length) {
      const expected = `outputs with a row for each of the ${indices.length} examples of a batch`;
      throw new ArgumentError("predict", this.argument, expected, `[${outputs.shape.join(", ")}]`);
    }
    this.batches.push({ indices, values: outputs.dataSync() as Values, shape: outputs.shape });
  }

  /** @throws ArgumentError when examples have outputs of different shapes that are not known to be time steps */
  array(): NumericArray<Values> {
    const [first] = this.batches as [BatchOutputs];
    const { steps, count } = this;
    const shape = steps ? [steps.longest, ...first.shape.slice(2)] : first.shape.slice(1);
    this.checkShapes(first.shape.slice(1));
    const size = shape.reduce((product, length) => product * length, 1);
    const data = first.values instanceof Float32Array ? new Float32Array(count * size) : new Int32Array(count * size);
    for (const { indices, values } of this.batches) {
      const given = values.length / indices.length;
      indices.forEach((index, i) => {
        const live = steps ? (steps.lengthOf(index) * size) / steps.longest : given;
        data.set(values.subarray(i * given, i * given + Math.min(live, given)), index * size);
      });
    }
    return { data, shape: [count, ...shape] };
  }

  private checkShapes(exampleShape: readonly number[]): void {
    const from = this.steps ? 1 : 0; // the number of time steps is a bucket's
    const wanted = exampleShape.slice(from).join();
    const isOther = ({ shape }: BatchOutputs) =>
      shape.slice(1 + from).join() !== wanted || (from === 1 && shape.length < 2);
    const other = this.batches.find(isOther);
    if (other === undefined) return;
    const expected = `outputs of one shape for all examples, [${["examples", ...exampleShape].join(", ")}]`;
    const [, output] = this.argument.split("model's ");
    const steps = output === undefined ? '"x"' : `{ ${output}: "x" }`;
    const hint = this.steps
      ? ""
      : `; predict(…, { steps: ${steps} }) where their second axis is the time steps of x, "x.text" of a record's part`;
    throw new ArgumentError("predict", this.argument, `${expected}${hint}`, `[${other.shape.join(", ")}]`);
  }
}

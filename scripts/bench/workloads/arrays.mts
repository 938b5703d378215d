/** A workload's batch as typed arrays, which fit takes. */
import type { NumericArray } from "unroll/data";
import type { Tf } from "./library.mts";
import { batchOf } from "./network.mts";
import type { Workload } from "./workload.mts";

export interface Arrays {
  readonly x: NumericArray;
  readonly y: NumericArray;
}

export function arraysOf(tf: Tf, workload: Workload): Arrays {
  const [x, y] = batchOf(tf, workload);
  const arrays = {
    x: { data: x.dataSync().slice(), shape: x.shape },
    y: { data: y.dataSync().slice(), shape: y.shape },
  };
  tf.dispose([x, y]);
  return arrays;
}

/** The first `count` examples; where there are fewer, they come again. */
export function firstExamples({ x, y }: Arrays, count: number): Arrays {
  const take = ({ data, shape: [all = 0, ...shape] }: NumericArray): NumericArray => {
    const size = data.length / all;
    const taken = data instanceof Float32Array ? new Float32Array(count * size) : new Int32Array(count * size);
    for (let i = 0; i < count; i++) taken.set(data.subarray((i % all) * size, ((i % all) + 1) * size), i * size);
    return { data: taken, shape: [count, ...shape] };
  };
  return { x: take(x), y: take(y) };
}

// The memory of a process that meets very many lengths. It is measured in a process of its own.
import { expect, test } from "vitest";
import { canCompile, compile } from "../../../src/compile";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { quick } from "../support";

/** The memory of this process now, in MB. (resourceUsage tells a peak, which never falls.) */
const resident = () => process.memoryUsage().rss / 2 ** 20;

test.runIf(canCompile())("RSS is flat over 10,000 lengths of streamed batches", async () => {
  await tf.ready();
  const [begin, end] = [[] as number[], [] as number[]];
  const layer = new Dense({ inputSize: 1, outputSize: 1, seed: 1 });
  const model = train.modelOf({ layer }, (x: tf.Tensor2D, _training, lengths) =>
    layer.call(tf.div<tf.Tensor2D>(tf.sum(x, 1, true), tf.cast(tf.expandDims(lengths as tf.Tensor1D, 1), "float32"))),
  );
  const data = {
    batches: 10_000,
    batch: (number: number) => ({
      x: [new Float32Array(number + 1).fill(1)],
      y: { data: Float32Array.of(2), shape: [1, 1] },
    }),
  };
  const watch: train.Callback = {
    onBatchEnd: (batch) => {
      if (batch >= 1_000 && batch < 2_000) begin.push(resident());
      if (batch >= 9_000) end.push(resident());
    },
  };
  const { batchSize: _, ...options } = quick({ loss: train.squaredError, compiled: true, seed: 3, callbacks: [watch] });
  const { epochs } = await train.fit(model, data, options);
  expect(epochs[0]?.loss).toBeLessThan(0.1);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  console.log(`    ${mean(begin).toFixed(0)} MB after 1,000 lengths, ${mean(end).toFixed(0)} MB after 9,000`);
  expect(mean(end) - mean(begin)).toBeLessThan(60);
});

test.runIf(canCompile())(
  "RSS is flat over graphs that are closed: a compiled function of 200 lengths that nothing rounds",
  async () => {
    await tf.ready();
    const weights = tf.variable(tf.ones([1, 1_000_000])); // 4 MB in each graph
    const compute = compile((x: tf.Tensor1D) => tf.mul(x, tf.sum(weights)), {
      variables: [weights],
      graphs: 8,
    });
    const at: number[] = [];
    for (let length = 1; length <= 200; length++) {
      const x = tf.ones([length]) as tf.Tensor1D;
      tf.dispose([x, compute(x)]);
      if (length % 50 === 0) at.push(resident());
    }
    compute.dispose();
    console.log(`    MB after each 50 graphs: ${at.map((each) => each.toFixed(0)).join(", ")}`);
    expect((at[3] as number) - (at[1] as number)).toBeLessThan(100); // 100 graphs of 4 MB would be 400
  },
);

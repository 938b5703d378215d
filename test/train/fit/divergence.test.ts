import { beforeAll, expect, test } from "vitest";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { fit, squaredError } from "../../../src/train";
import { dense, numbers, quick, warnings } from "../support";

beforeAll(() => tf.ready());

const data = () => ({ x: numbers([64, 2]), y: numbers([64, 3]) });
const train = (learningRate: number, more: object = {}) =>
  fit(
    dense(),
    data(),
    quick({ loss: squaredError, optimizer: new GradientDescentOptimizer({ learningRate }), ...more }),
  );

test.each([8, 32])(
  "a loss above 1,000 times its first value is told once, with what to try: batches of %i",
  async (batchSize) => {
    const lines = warnings();
    const { epochs } = await train(20, { epochs: 2, batchSize });
    expect(epochs.at(-1)?.loss).toBeGreaterThan(1000 * (epochs[0]?.loss as number));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^unroll: fit: the loss is \S+ in epoch \d, batch \d, over 1,000 times its first value, \d\.\d+: the training diverges\./,
    );
    expect(lines[0]).toMatch(
      /Try a smaller learning rate \(it is 20\), globalClipNorm: 1 in the optimizer, or x and y scaled/,
    );
  },
);

test("no warning for a training that goes well, nor for single examples whose first loss is small by chance", async () => {
  const lines = warnings();
  await train(0.1, { epochs: 3, batchSize: 32 });
  const y = numbers([64, 3]);
  y.data.fill(0, 0, 3);
  const x = numbers([64, 2]);
  x.data.fill(1e-6, 0, 2); // the first example's loss is about 1e-12, the others' about 1
  const optimizer = new GradientDescentOptimizer({ learningRate: 1e-9 });
  await fit(dense(), { x, y }, quick({ loss: squaredError, optimizer, batchSize: 1, shuffle: false }));
  expect(lines).toEqual([]);
});

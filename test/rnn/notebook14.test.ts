import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { AdamOptimizer, BasicRNNCell, Dense, dynamicRnn, staticRnn } from "../../src/rnn";
import * as tf from "../../src/tf";
import { expectClose } from "../support";

const file = (name: string) => readFileSync(join(__dirname, "../golden/notebook14", name));
const floats = (name: string) => new Float32Array(Uint8Array.from(file(name)).buffer);
const doubles = (name: string) => new Float64Array(Uint8Array.from(file(name)).buffer);
const cells = JSON.parse(file("basic_rnn.json").toString());
const training = JSON.parse(file("time_series.json").toString());

beforeAll(() => tf.ready());

describe("the arrays that the book prints, to 1e-6", () => {
  const x = () => tf.tensor3d(cells.X_batch);
  const cellOf = (kernel: number[][]) => {
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 5 });
    cell.kernel.assign(tf.tensor2d(kernel));
    return cell;
  };

  test("a recurrent layer by hand, two steps", () => {
    const cell = cellOf([...cells.manual_rnn.Wx, ...cells.manual_rnn.Wy]);
    const [x0, x1] = tf.unstack(x(), 1) as [tf.Tensor2D, tf.Tensor2D];
    const [y0, h0] = cell.call(x0, cell.zeroState(4));
    const [y1] = cell.call(x1, h0);
    expectClose(tf.stack([y0, y1], 1), cells.manual_rnn.outputs);
  });

  test.each(["static_rnn", "packed_sequences", "dynamic_rnn"])("%s", (name) => {
    const cell = cellOf(cells[name].kernel);
    expectClose(dynamicRnn(cell, x())[0], cells[name].outputs);
    expectClose(tf.stack(staticRnn(cell, tf.unstack(x(), 1) as tf.Tensor2D[])[0], 1), cells[name].outputs);
  });

  test("sequence lengths", () => {
    const { kernel, sequence_length: sequenceLength, outputs, states } = cells.sequence_lengths;
    const [y, state] = dynamicRnn(cellOf(kernel), x(), { sequenceLength });
    expectClose(y, outputs);
    expectClose(state, states);
  });
});

/** The book's series. */
const series = (t: number) => (t * Math.sin(t)) / 3 + 2 * Math.sin(5 * t);

/** The book's batch of an iteration: 50 windows of 20 points, and the same windows one point later. */
function batch(uniform: Float64Array, iteration: number): [x: tf.Tensor3D, y: tf.Tensor3D] {
  const starts = Array.from(uniform.subarray(50 * iteration, 50 * (iteration + 1)), (u) => 28 * u);
  const points = (shift: number) =>
    starts.map((start) => Array.from({ length: 20 }, (_, k) => [series(start + 0.1 * (k + shift))]));
  return [tf.tensor3d(points(0)), tf.tensor3d(points(1))];
}

/** The loss after each iteration's update, on the same batch, as the book prints it. */
function losses(projection: string, iterations: number): number[] {
  const cell = new BasicRNNCell({ inputSize: 1, numUnits: 100, activation: tf.relu });
  const head = new Dense({ inputSize: 100, outputSize: 1 });
  cell.kernel.assign(tf.tensor2d(floats("ts_kernel_101x100.f32"), [101, 100]));
  head.kernel.assign(tf.tensor2d(floats(projection), [100, 1]));
  const uniform = doubles("ts_uniform_21x50.f64");
  const optimizer = new AdamOptimizer({ learningRate: 0.001 });
  return Array.from({ length: iterations }, (_, iteration) =>
    tf.tidy(() => {
      const [x, y] = batch(uniform, iteration);
      const loss = () => tf.mean(tf.square(tf.sub(head.call(dynamicRnn(cell, x)[0]), y))) as tf.Scalar;
      optimizer.minimize(loss, [...cell.variables, ...head.variables]);
      return loss().dataSync()[0] as number;
    }),
  );
}

test.each(["opw", "dense"])("the losses of the time-series training (%s), to 1e-5 relative", (name) => {
  const ours = losses(`ts_proj_${name}_100x1.f32`, 21);
  const { iteration, float64 } = training.numpy_rerun[name];
  for (const at of [0, 1, 2, 5, 10, 20]) {
    expect(Math.abs((ours[at] as number) / float64[iteration.indexOf(at)] - 1), `iteration ${at}`).toBeLessThan(1e-5);
  }
});

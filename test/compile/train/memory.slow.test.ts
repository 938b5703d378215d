// Thousands of steps, each test in a process of its own.
import { expect, test } from "vitest";
import { inChild, onNative } from "../support";

onNative("memory", () => {
  test("grows the process by less than 1 MB per 1,000 steps, failing calls included", () => {
    const [slope, tensors] = inChild(`
      const cell = new rnn.BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 1 });
      const optimizer = new rnn.AdamOptimizer();
      const loss = (x, y) => tf.square(tf.sub(rnn.dynamicRnn(cell, x)[1], y));
      const step = trainStep(loss, { variables: cell.variables, optimizer });
      const [x, y] = [tf.randomNormal([8, 5, 3]), tf.randomNormal([8, 4])];
      const wrong = tf.zeros([7, 4]);
      const reading = compile((x) => tf.mul(x, x.dataSync()[0]));
      const some = (n) => {
        for (let i = 0; i < n; i++) {
          step(x, y);
          for (const call of [() => step(x, wrong), () => step(x, 3), i % 10 === 0 && (() => reading(x))]) {
            if (!call) continue;
            try { call(); throw new Error("not refused"); } catch (error) { if (!(error instanceof CompileError)) throw error; }
          }
        }
        gc(); // after each thousand: what the engine keeps for its next objects is no growth
        gc();
      };
      for (let k = 0; k < 4; k++) some(1000);
      const [before, tensors] = [process.memoryUsage().rss, tf.memory().numTensors];
      for (let k = 0; k < 8; k++) some(1000);
      print([(process.memoryUsage().rss - before) / 8 / 2 ** 20, tf.memory().numTensors - tensors]);`) as [
      number,
      number,
    ];
    console.log(`    ${slope.toFixed(3)} MB per 1,000 steps and 2,100 failing calls`);
    expect(slope).toBeLessThan(1);
    expect(tensors).toBe(0);
  });

  test("2,000 writes of a weight from JavaScript, each trained on, while the garbage collector runs", () => {
    const last = inChild(`
      const w = tf.variable(tf.zeros([64, 64])), v = tf.variable(tf.zeros([64]));
      const optimizer = new rnn.AdamOptimizer({ learningRate: 0.5 });
      const step = trainStep((x) => tf.add(tf.matMul(x, w), v), { variables: [w, v], optimizer });
      const x = tf.ones([4, 64]);
      let wrong = 0;
      for (let i = 0; i < 2000; i++) {
        let values = new Float32Array(64 * 64).fill(i);
        const tensor = tf.tensor2d(values, [64, 64]);
        w.assign(tensor);
        tensor.dispose();
        values = undefined;
        if (i % 2) gc({ type: 'minor' });
        const loss = step(x);
        if (Math.abs(loss - 64 * i - v.dataSync()[0]) > 1 + 0.01 * 64 * i) wrong++;
        gc(i % 20 === 0 ? {} : { type: 'minor' });
        if (!(w.dataSync()[5] < i)) wrong++;
      }
      print([wrong, tf.memory().numTensors]);`) as [number, number];
    expect(last[0]).toBe(0);
  });
});

import { expect, test } from "vitest";
import { inChild, onNative } from "../support";

const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };

onNative("memory", () => {
  test.runIf(header.glibcVersionRuntime)("of a step's large values is kept for the next one", () => {
    const faults = inChild(`
      const sizes = { inputSize: 150, numUnits: 150 };
      const cell = new rnn.MultiRNNCell([1, 2, 3].map((seed) => new rnn.BasicLSTMCell({ ...sizes, seed })));
      const loss = (x) => tf.mean(tf.square(rnn.dynamicRnn(cell, x)[0]), [1, 2]);
      const step = trainStep(loss, { variables: cell.variables, optimizer: new rnn.AdamOptimizer(), shards: 2 });
      const x = tf.randomUniform([150, 28, 150]); // each layer's gradients of gates are 5 MB a shard, 1,200 pages
      const faults = () => process.resourceUsage().minorPageFault;
      for (let i = 0; i < 5; i++) step(x);
      const before = faults();
      for (let i = 0; i < 10; i++) step(x);
      print((faults() - before) / 10);
    `);
    expect(faults).toBeLessThan(1200);
  });
});

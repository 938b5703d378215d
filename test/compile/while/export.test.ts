import { expect, test } from "vitest";
import { browserFiles, inferenceGraph, savedModelFile, whileLoop } from "../../../src/compile";
import { Dense, Embedding, GRUCell, namedWeights } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

type Compute = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

/** Makes a graph in both formats, each of which is run and compared with the function, also at sizes it was not captured at. */
async function tryBoth(compute: Compute, options: Parameters<typeof inferenceGraph>[1]): Promise<void> {
  const graph = inferenceGraph(compute, options);
  expect(savedModelFile(graph).length).toBeGreaterThan(0);
  expect(Object.keys(await browserFiles(graph))).toContain("model.json");
  expect(graph.writer.nodes.filter((node) => node.getOp() === "LoopCond").length).toBeGreaterThan(0);
}

onNative("whileLoop is exported, to TensorFlow and to the browser", () => {
  test.each([
    ["ends early", 60, 9],
    ["ends at maximumIterations", 1e9, 3],
    ["has no iteration", -1e9, 4],
  ])("a loop that %s, of any batch size and length, of a fixed length, of fixed sizes", async (_, limit, most) => {
    const w = tf.variable(uniform<tf.Rank.R2>([3, 3], 1));
    const compute: Compute = ({ x }) => {
      const given = x as tf.Tensor3D;
      const { loopVars, results, iterations } = whileLoop(
        ([sum, , count]) => tf.logicalAnd(tf.less(tf.max(tf.abs(sum)), limit), tf.less(count, 100)),
        ([sum, flag, count], iteration) => {
          const next = tf.add(tf.mul(tf.add(sum, tf.matMul(tf.mean(given, 1), w)), 1.7), 1);
          const more = tf.logicalXor(flag, tf.greater(tf.sum(next, 1), 20));
          return {
            loopVars: [next, more, tf.add(count, tf.cast(tf.any(more), "int32"))],
            results: [next, tf.argMax(next, 1), more, iteration],
          };
        },
        [tf.zeros([given.shape[0], 3]), tf.zeros([given.shape[0]], "bool"), tf.scalar(0, "int32")],
        { maximumIterations: most },
      );
      const named = [...loopVars, ...results, iterations].map((each, i): [string, tf.Tensor] => [
        `y${i}`,
        tf.add(each, tf.mul(0, tf.sum(given))),
      ]);
      return Object.fromEntries(named);
    };
    for (const shape of [
      [null, null, 3],
      [null, 6, 3],
      [2, 6, 3],
    ] as const) {
      await tryBoth(compute, { inputs: { x: shape }, variables: { w } });
    }
  });

  test("results of as many iterations as the source has steps, twice", async () => {
    const compute: Compute = ({ x }) => {
      const given = x as tf.Tensor2D;
      const made = whileLoop(
        (_, iteration) => tf.less(iteration, 5),
        ([sum]) => ({ loopVars: [tf.add(sum, tf.sum(given, 1))], results: [sum] }),
        [tf.zeros([given.shape[0]])],
        { maximumIterations: 2 * given.shape[1] },
      );
      return { y: made.results[0] };
    };
    await tryBoth(compute, { inputs: { x: [null, null] }, variables: {} });
  });

  test("two loops to both; a loop inside of another one to TensorFlow only", async () => {
    const halved = (x: tf.Tensor) =>
      whileLoop(
        ([x]) => tf.greater(tf.max(tf.abs(x)), 1),
        ([x]) => ({ loopVars: [tf.div(x, 2)], results: [x] }),
        [x],
        { maximumIterations: 4 },
      );
    const outer = (x: tf.Tensor, step: (x: tf.Tensor) => tf.Tensor) =>
      whileLoop(
        ([x]) => tf.less(tf.max(tf.abs(x)), 100),
        ([x]) => ({ loopVars: [tf.mul(x, 3)], results: [step(x)] }),
        [x],
        { maximumIterations: 5 },
      );
    const options = { inputs: { x: [null, 2] }, variables: {} } as const;
    const compute =
      (step: (x: tf.Tensor) => tf.Tensor): Compute =>
      ({ x }) => {
        const { loopVars, results } = outer(x as tf.Tensor2D, step);
        return { y: results[0], z: halved(loopVars[0]).results[0] };
      };
    await tryBoth(compute(tf.sin), options);
    const nested = inferenceGraph(
      compute((x) => halved(x).loopVars[0]),
      options,
    );
    expect(savedModelFile(nested).length).toBeGreaterThan(0);
    await expect(browserFiles(nested)).rejects.toThrow(/export: TensorFlow.js cannot run the graph/);
  });

  test("a greedy decoder: an embedding, a cell, an argmax, an end token", async () => {
    const words = new Embedding({ vocabularySize: 7, embeddingSize: 3, seed: 1 });
    const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 2 });
    const head = new Dense({ inputSize: 4, outputSize: 7, seed: 3 });
    const compute: Compute = ({ state }) => {
      const batch = state?.shape[0] as number;
      const { results, iterations } = whileLoop(
        ([, , finished]) => tf.logicalNot(tf.all(finished)),
        ([ids, state, finished]) => {
          const [output, next] = cell.call(words.call(ids) as tf.Tensor2D, state);
          const chosen = tf.argMax(head.call(output), 1) as tf.Tensor1D;
          const ended = tf.logicalOr(finished, tf.equal(chosen, 2));
          return { loopVars: [chosen, next, ended], results: [tf.where(finished, tf.zerosLike(chosen), chosen)] };
        },
        [tf.ones([batch], "int32"), state as tf.Tensor2D, tf.zeros([batch], "bool")],
        { maximumIterations: 12 },
      );
      return { ids: tf.transpose(results[0]), iterations };
    };
    const variables = { ...namedWeights(words), ...namedWeights(cell), ...namedWeights(head) };
    await tryBoth(compute, { inputs: { state: [null, 4] }, variables });
    for (const part of [words, cell, head]) part.dispose();
  });
});

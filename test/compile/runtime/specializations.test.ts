// A graph for each list of shapes, of which the ones used last are kept.
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { canCompile, compile, stream, trainStep } from "../../../src/compile";
import { RecentlyUsed } from "../../../src/compile/runtime/recently-used";
import { roundedUp } from "../../../src/compile/runtime/rounded-up";
import { AdamOptimizer, Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";

beforeAll(() => tf.ready());

function warnings(): string[] {
  const said: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void said.push(line));
  onTestFinished(() => spy.mockRestore());
  return said;
}

test("RecentlyUsed lets the thing go that was used longest ago", () => {
  const gone: string[] = [];
  const list = new RecentlyUsed<string>(3, (each) => gone.push(each));
  for (const each of "abc") {
    expect(list.makeRoom()).toBe(false);
    list.add(each);
  }
  expect(list.find((each) => each === "a")).toBe("a");
  expect(list.find((each) => each === "x")).toBeUndefined();
  expect(list.makeRoom()).toBe(true);
  list.add("d");
  expect([gone, list.size]).toEqual([["b"], 3]);
  list.remove((each) => each === "c");
  expect([gone, list.size, list.makeRoom()]).toEqual([["b", "c"], 2, false]);
  list.remove();
  expect([gone.sort().join(""), list.size]).toEqual(["abcd", 0]);
});

test("roundedUp(size) is 1, 2, 3, 4, 6, 8, 12, …: at least the size, at most half more, few sizes", () => {
  const sizes = Array.from({ length: 10_000 }, (_, i) => i + 1);
  const rounded = sizes.map(roundedUp);
  expect([...new Set(rounded)].slice(0, 9)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24]);
  expect(new Set(rounded).size).toBe(27);
  expect(rounded.every((size, i) => size > i && size < 1.5 * (i + 1))).toBe(true);
});

test.runIf(canCompile())(
  "compile(…, { graphs }) closes the graph that was used longest ago, builds it anew when needed, and says so once",
  () => {
    const said = warnings();
    let traced = 0;
    const double = compile(
      (x: tf.Tensor1D) => {
        traced++;
        return tf.add(x, x);
      },
      { graphs: 2 },
    );
    const call = (length: number) => {
      const x = tf.ones([length]) as tf.Tensor1D;
      const y = double(x);
      expect([...y.dataSync()]).toEqual(Array(length).fill(2));
      tf.dispose([x, y]);
    };
    for (const length of [1, 2, 1, 2]) call(length);
    expect([traced, said.length]).toEqual([2, 0]);
    for (const length of [1, 3, 1, 3]) call(length); // 2 was used longest ago
    expect(traced).toBe(3);
    for (const length of [2, 1, 3]) call(length);
    expect(traced).toBe(6);
    expect(said).toEqual([
      expect.stringMatching(/^unroll: compile: called with more than 2 lists of shapes, each of which is a graph/),
    ]);
    double.dispose();
  },
);

test.runIf(canCompile())(
  "trainStep(…, { graphs }) whose graphs are closed and built anew trains the same weights, bit for bit",
  () => {
    warnings();
    const run = (graphs: number | undefined) => {
      const layer = new Dense({ inputSize: 3, outputSize: 2, seed: 1 });
      const optimizer = new AdamOptimizer({ learningRate: 0.1 });
      const loss = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.squaredDifference(layer.call(x), y);
      const step = trainStep(loss, { variables: layer.variables, optimizer, shards: 1, ...(graphs && { graphs }) });
      const losses = [4, 5, 6, 4, 6, 5, 4].map((rows) => {
        const batch: [tf.Tensor2D, tf.Tensor2D] = [tf.ones([rows, 3]), tf.zeros([rows, 2])];
        const value = step(...batch);
        tf.dispose(batch);
        return value;
      });
      const weights = layer.variables.map((each) => [...each.dataSync()]);
      const slots = layer.variables.flatMap((each) => optimizer.slotsOf(each).map((slot) => [...slot.dataSync()]));
      step.dispose();
      tf.dispose([...layer.variables]);
      optimizer.dispose();
      return { losses, weights, slots };
    };
    const expected = run(undefined);
    expect(run(1)).toEqual(expected);
    expect(run(2)).toEqual(expected);
  },
);

test.runIf(canCompile())("stream(…, { graphs: 1 }) keeps its state when a graph is closed and built anew", () => {
  warnings();
  const total = tf.variable(tf.zeros([]));
  const next = stream(
    ([sum]: [tf.Scalar], x: tf.Tensor1D) => {
      const after = tf.add(sum, tf.sum(x));
      return { output: after, state: [after] };
    },
    { variables: [], state: [total], graphs: 1 },
  );
  const sums = [2, 3, 2, 3].map((length) => {
    const x = tf.ones([length]) as tf.Tensor1D;
    const y = next(x);
    const [sum] = y.dataSync();
    tf.dispose([x, y]);
    return sum;
  });
  expect([sums, total.dataSync()[0]]).toEqual([[2, 5, 7, 10], 10]);
  next.dispose();
  total.dispose();
});

test("compile, trainStep and stream refuse another number of graphs than a whole one of at least 1", () => {
  const layer = new Dense({ inputSize: 1, outputSize: 1 });
  const { variables } = layer;
  for (const graphs of [0, 1.5, Number.NaN, "2" as never]) {
    expect(() => compile((x: tf.Tensor) => x, { graphs })).toThrow(
      /^compile: graphs: expected a whole number of at least 1/,
    );
    const step = () =>
      trainStep((x: tf.Tensor2D) => layer.call(x), { variables, optimizer: new AdamOptimizer(), graphs });
    expect(step).toThrow(/^trainStep: graphs: expected a whole number/);
    const state = [variables[0] as tf.Variable];
    expect(() =>
      stream(([h]) => ({ output: h as tf.Tensor, state: [h as tf.Tensor] }), { variables: [], state, graphs }),
    ).toThrow(/^stream: graphs: expected a whole number/);
  }
});

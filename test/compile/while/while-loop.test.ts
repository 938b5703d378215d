import fc from "fast-check";
import { expect, test } from "vitest";
import { CompileError, compile, graphOf, scan, whileLoop } from "../../../src/compile";
import { nextCallNumber } from "../../../src/compile/internal";
import { uniformFrom } from "../../../src/rnn/random-key";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

/** What a loop ends with, in a list: the iterations, the loop variables, the results. */
const listed = ({
  loopVars,
  results,
  iterations,
}: {
  loopVars: readonly tf.Tensor[];
  results: readonly tf.Tensor[];
  iterations: tf.Scalar;
}) => [iterations, ...loopVars, ...results];

/** Doubles a number until it is at least `limit`. */
const doubled = (x: tf.Scalar, limit: tf.Scalar, maximumIterations: number) =>
  listed(
    whileLoop(
      ([x]) => tf.less(x, limit),
      ([x]) => ({ loopVars: [tf.mul(x, 2)], results: [x] }),
      [x],
      { maximumIterations },
    ),
  );

const numbers = (tensors: readonly tf.Tensor[]) => tensors.map((tensor) => Array.from(tensor.dataSync()));

test.each([
  ["ends early", 7, 6, [[4], [112], [7, 14, 28, 56, 0, 0]]],
  ["ends at maximumIterations", 7, 3, [[3], [56], [7, 14, 28]]],
  ["has no iteration", 100, 2, [[0], [100], [0, 0]]],
])("whileLoop(cond, body, loopVars, options) run eagerly: it %s", (_, from, most, expected) => {
  const made = doubled(tf.scalar(from), tf.scalar(100), most);
  expect(numbers(made)).toEqual(expected);
  expect(made.map(({ dtype }) => dtype)).toEqual(["int32", "float32", "float32"]);
});

test("a body may return what it was given, and the caller's tensors stay alive", () => {
  const [a, b] = [tf.scalar(1), tf.tensor1d([2, 3])];
  const made = whileLoop(
    () => tf.scalar(true),
    ([x, y]) => ({ loopVars: [x, y], results: [y, b] }),
    [a, b],
    { maximumIterations: 2 },
  );
  expect(numbers(listed(made))).toEqual([[2], [1], [2, 3], [2, 3, 2, 3], [2, 3, 2, 3]]);
  expect(numbers([a, b])).toEqual([[1], [2, 3]]);
});

onNative("whileLoop(cond, body, loopVars, options) in a compiled function", () => {
  test("is one loop of the graph, which ends early, at maximumIterations, or has no iteration", () => {
    for (const most of [6, 3]) {
      const compute = (x: tf.Scalar, limit: tf.Scalar) => doubled(x, limit, most);
      const compiled = compile(compute);
      for (const from of [7, 100]) {
        const args = [tf.scalar(from), tf.scalar(100)] as const;
        expect(numbers(compiled(...args))).toEqual(numbers(compute(...args)));
      }
      compiled.dispose();
      const { nodes } = graphOf(compute, [tf.scalar(1), tf.scalar(2)]);
      expect(nodes.filter(({ op }) => op === "LoopCond")).toHaveLength(1);
    }
  });

  test("≡ the eager loop, on random programs of float32, int32 and bool variables of several ranks", () => {
    const step = fc.record({ by: fc.integer({ min: -3, max: 3 }), kind: fc.nat(3), result: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 4 }),
        fc.nat(7),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        (steps, limit, maximumIterations, shape) => {
          const compute = (x: tf.Tensor, n: tf.Tensor, flag: tf.Tensor) => {
            const made = whileLoop(
              ([, n], iteration) => tf.logicalAnd(tf.less(iteration, limit), tf.less(tf.max(n), 20)),
              ([x, n, flag], iteration) => {
                const next = [x as tf.Tensor, n as tf.Tensor, flag as tf.Tensor] as [tf.Tensor, tf.Tensor, tf.Tensor];
                const results: tf.Tensor[] = [];
                for (const { by, kind, result } of steps) {
                  const int = tf.scalar(by, "int32");
                  if (kind === 0) next[0] = tf.where(next[2], tf.sin(tf.add(next[0], by)), next[0]);
                  if (kind === 1) next[1] = tf.add(next[1], tf.mul(iteration, int));
                  if (kind === 2) next[2] = tf.logicalXor(next[2], tf.greater(next[1], int));
                  if (kind === 3) next[0] = tf.add(next[0], tf.cast(next[1], "float32"));
                  if (result) results.push(next[kind % 3] as tf.Tensor);
                }
                return { loopVars: next, results };
              },
              [x, n, flag],
              { maximumIterations },
            );
            return listed(made);
          };
          tf.tidy(() => {
            const args = [
              uniform(shape, 1),
              tf.cast(tf.mul(uniform(shape, 2), 5), "int32"),
              tf.greater(uniform(shape, 3), 0.5),
            ] as const;
            const compiled = compile(compute);
            const [expected, got] = [compute(...args), compiled(...args)];
            compiled.dispose();
            expect(got.map(({ shape, dtype }) => [shape, dtype])).toEqual(
              expected.map(({ shape, dtype }) => [shape, dtype]),
            );
            got.forEach((tensor, i) => {
              expectClose(tensor, expected[i] as tf.Tensor, 1e-5);
            });
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  test("variables and tensors from outside are invariants, and see later assignments; what depends on them alone is outside of the loop", () => {
    const w = tf.variable(uniform<tf.Rank.R2>([3, 3], 1));
    const compute = (x: tf.Tensor2D, b: tf.Tensor1D) => {
      const shift = tf.exp(b);
      return listed(
        whileLoop(
          ([x]) => tf.less(tf.sum(tf.abs(x)), 50),
          ([x]) => ({ loopVars: [tf.add(tf.matMul(x, tf.transpose(w)), shift)], results: [tf.sum(x)] }),
          [x],
          { maximumIterations: 9 },
        ),
      );
    };
    const compiled = compile(compute, { variables: [w] });
    const args: [tf.Tensor2D, tf.Tensor1D] = [uniform([2, 3], 2), uniform([3], 3)];
    for (const factor of [1, 1.5]) {
      w.assign(tf.mul(w, factor));
      const expected = compute(...args);
      compiled(...args).forEach((tensor, i) => {
        expectClose(tensor, expected[i] as tf.Tensor, 1e-5);
      });
    }
    compiled.dispose();
    const { nodes } = graphOf(compute, args, { variables: [w] });
    const outside = nodes.filter(({ name }) => !name.includes("while")).map(({ op }) => op);
    expect(outside).toEqual(expect.arrayContaining(["Exp"]));
    expect(nodes.filter(({ op }) => op === "Transpose").every(({ name }) => !name.includes("while"))).toBe(true);
    w.dispose();
  });

  test("two loops, one after a scan, and one that reads the first one's results", () => {
    const compute = (x: tf.Tensor2D) => {
      const running = scan(
        ([part], [sum]) => {
          const next = tf.add(part as tf.Tensor, sum as tf.Tensor);
          return { results: [next], states: [next] };
        },
        [x],
        [tf.zeros([2])],
      );
      const first = whileLoop(
        ([x]) => tf.less(tf.max(x), 300),
        ([x]) => ({ loopVars: [tf.mul(x, 1.5)], results: [tf.tanh(x)] }),
        [running.states[0] as tf.Tensor],
        { maximumIterations: 12 },
      );
      const second = whileLoop(
        (_, iteration) => tf.less(iteration, first.iterations),
        ([sum], iteration) => ({ loopVars: [tf.add(sum, tf.gather(first.results[0] as tf.Tensor, iteration))] }),
        [tf.zeros([2])],
        { maximumIterations: 20 },
      );
      return [...running.results, ...listed(first), ...listed(second)];
    };
    const compiled = compile(compute);
    for (const steps of [3, 40]) {
      const x = uniform<tf.Rank.R2>([steps, 2], 4);
      const expected = compute(x);
      compiled(x).forEach((tensor, i) => {
        expectClose(tensor, expected[i] as tf.Tensor, 1e-5);
      });
    }
    compiled.dispose();
  });

  test("inside of another while loop, and of a scan", () => {
    const halved = (x: tf.Tensor, w: tf.Tensor) =>
      whileLoop(
        ([x]) => tf.greater(tf.sum(x), 1),
        ([x], iteration) => ({ loopVars: [tf.mul(x, w)], results: [tf.cast(iteration, "float32")] }),
        [x],
        { maximumIterations: 7 },
      );
    const compute = (x: tf.Tensor1D, w: tf.Scalar) => {
      const outer = whileLoop(
        ([x]) => tf.less(tf.sum(x), 100),
        ([x]) => {
          const inner = halved(x, w);
          return { loopVars: [tf.add(x, 9)], results: [inner.iterations, inner.loopVars[0], ...inner.results] };
        },
        [x],
        { maximumIterations: 5 },
      );
      const inScan = scan(
        ([part], [sum]) => {
          const inner = halved(tf.mul(part as tf.Tensor, 9), w);
          const next = tf.add(sum as tf.Tensor, tf.cast(inner.iterations, "float32"));
          return { results: [inner.loopVars[0]], states: [next] };
        },
        [tf.tile(tf.reshape(x, [1, -1]), [40, 1])],
        [tf.zeros([])],
        { unroll: 2 },
      );
      return [...listed(outer), ...inScan.results, ...inScan.states];
    };
    const compiled = compile(compute);
    const args = [tf.tensor1d([1, 2]), tf.scalar(0.5)] as const;
    const expected = compute(...args);
    compiled(...args).forEach((tensor, i) => {
      expectClose(tensor, expected[i] as tf.Tensor, 1e-5);
    });
    compiled.dispose();
  });

  test("random numbers depend on the iteration: seeded sampling, also of what follows the loop", () => {
    const training = () => ({ seed: 3, step: 0 });
    const compute = (x: tf.Tensor1D) => {
      const own = training();
      const made = whileLoop(
        ([x]) => tf.less(tf.sum(x), 6),
        ([x], time) => {
          const path = [nextCallNumber(own)];
          const drawn = uniformFrom({ seed: 3, step: 0, time, path }, [3]);
          return { loopVars: [tf.add(x, drawn)], results: [drawn] };
        },
        [x],
        { maximumIterations: 9 },
      );
      return [...listed(made), uniformFrom({ seed: 3, step: 0, time: 0, path: [nextCallNumber(own)] }, [3])];
    };
    const compiled = compile(compute);
    const expected = compute(tf.zeros([3]));
    expect(expected[0]?.dataSync()[0]).toBeGreaterThan(2);
    expect(numbers(compiled(tf.zeros([3])))).toEqual(numbers(expected));
    expect(numbers(compiled(tf.fill([3], 9))).at(-1)).toEqual(numbers(compute(tf.fill([3], 9))).at(-1));
    const drawn = numbers(expected)[2] as number[];
    expect(drawn.slice(0, 3)).not.toEqual(drawn.slice(3, 6));
    compiled.dispose();
  });

  test("each shard has its own loop, and random numbers do not depend on the shards", () => {
    const compute = (x: tf.Tensor2D) => {
      const { results } = whileLoop(
        ([, alive]) => tf.any(alive) as tf.Scalar,
        ([x, alive], time) => {
          const drawn = uniformFrom({ seed: 1, step: 0, time, path: [0] }, [x.shape[0] as number, 1]);
          const next = tf.where(alive, tf.add(tf.add(x, 1), drawn), x);
          const row = tf.where(alive, next, tf.zerosLike(next));
          return { loopVars: [next, tf.less(next, 9)], results: [row] };
        },
        [x, tf.less(x, 9)],
        { maximumIterations: 20 },
      );
      return tf.transpose(results[0] as tf.Tensor, [1, 0, 2]);
    };
    const x = tf.tensor2d([1, 2, 3, 30, 5, 8, 7, 40], [8, 1]);
    const expected = compute(x);
    for (const shards of [1, 4]) {
      const compiled = compile(compute, { shards });
      expectClose(compiled(x), expected, 1e-6);
      compiled.dispose();
    }
  });

  test("shards whose rows depend on when the whole batch ends are refused", () => {
    const compute = (x: tf.Tensor2D) =>
      whileLoop(
        ([x]) => tf.less(tf.min(x), 9),
        ([x]) => ({ loopVars: [tf.add(x, 1)] }),
        [x],
        { maximumIterations: 20 },
      ).loopVars[0];
    const compiled = compile(compute, { shards: 2 });
    const x = tf.tensor2d([1, 20], [2, 1]);
    expectRefused(() => compiled(x), /shards: result 0 of the whole batch/);
    compiled.dispose();
  });

  test("200 calls leave no tensors, and memory of TensorFlow.js stays", () => {
    const compiled = compile((x: tf.Scalar, limit: tf.Scalar) => doubled(x, limit, 6));
    const args = [tf.scalar(7), tf.scalar(100)] as const;
    tf.dispose(compiled(...args));
    const before = tf.memory().numTensors;
    for (let i = 0; i < 200; i++) tf.dispose(compiled(...args));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(doubled(...args, 6));
    expect(tf.memory().numTensors).toBe(before);
    compiled.dispose();
  });
});

test("a gradient through float32 outputs is refused, eagerly as compiled; other outputs stop it", () => {
  const w = tf.variable(tf.scalar(2));
  const halved = (x: tf.Tensor) =>
    whileLoop(
      ([x]) => tf.greater(x, 1),
      ([x]) => ({ loopVars: [tf.div(x, w)], results: [tf.cast(x, "int32")] }),
      [x],
      { maximumIterations: 5 },
    );
  const through = (x: tf.Scalar) => tf.grad((x) => halved(x).loopVars[0])(x);
  const byWeight = () => tf.variableGrads(() => halved(tf.scalar(9)).loopVars[0] as tf.Scalar, [w]).value;
  const beside = (x: tf.Scalar) => tf.grad((x) => tf.mul(x, tf.sum(tf.cast(halved(x).iterations, "float32"))))(x);
  const message = /a while loop has no gradient. Loop by scan/;
  expect(() => through(tf.scalar(9))).toThrow(message);
  expect(() => byWeight()).toThrow(message);
  expectClose(beside(tf.scalar(9)), [4]);
  if (tf.engineInUse.name === "tensorflow") {
    for (const compute of [through, byWeight]) {
      const compiled = compile(compute, { variables: [w] });
      expect(() => compiled(tf.scalar(9))).toThrow(message);
      compiled.dispose();
    }
    const compiled = compile(beside, { variables: [w] });
    expectClose(compiled(tf.scalar(9)), [4]);
    compiled.dispose();
  }
  w.dispose();
});

const yes = () => tf.scalar(true);
const options = { maximumIterations: 3 };

test.each<[string, RegExp, (one: tf.Scalar) => unknown]>([
  [
    "a variable changes its shape",
    /loopVars\[0\]: expected shape \[\] of float32 .* got shape \[1\] of float32/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [tf.reshape(x, [1])] }), [one], options),
  ],
  [
    "a variable changes its type",
    /loopVars\[0\]: expected shape \[\] of float32 .* got shape \[\] of int32/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [tf.cast(x, "int32")] }), [one], options),
  ],
  [
    "a body of another length",
    /with 1 loopVars; got 2 loopVars/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [x, x] }), [one], options),
  ],
  [
    "a body that returns a list",
    /expected \{ loopVars, results \}/,
    (one) => whileLoop(yes, (([x]: tf.Tensor[]) => [x]) as never, [one], options),
  ],
  [
    "a result that is no tensor",
    /results\[0\]: expected a tensor of float32, int32 or bool, got number 3/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [x], results: [3 as never] }), [one], options),
  ],
  [
    "a condition of float32",
    /cond: expected a bool scalar, got shape \[\] of float32/,
    (one) =>
      whileLoop(
        ([x]) => x,
        ([x]) => ({ loopVars: [x] }),
        [one],
        options,
      ),
  ],
  [
    "a condition for each example",
    /cond: expected a bool scalar, got shape \[2\] of bool/,
    (one) =>
      whileLoop(
        () => tf.zeros([2], "bool"),
        ([x]) => ({ loopVars: [x] }),
        [one],
        options,
      ),
  ],
  ["no loop variable", /expected at least one tensor/, () => whileLoop(yes, () => ({ loopVars: [] }), [], options)],
  [
    "a loop variable of text",
    /loopVars\[0\]: expected a tensor of float32, int32 or bool, got string/,
    () => whileLoop(yes, ([x]) => ({ loopVars: [x] }), [tf.scalar("a", "string")], options),
  ],
  [
    "a disposed loop variable",
    /loopVars\[1\]: expected a live tensor, got a disposed one/,
    (one) => {
      const dead = tf.scalar(1);
      dead.dispose();
      return whileLoop(yes, (loopVars) => ({ loopVars }), [one, dead], options);
    },
  ],
  [
    "no maximumIterations",
    /maximumIterations: expected a whole number from 1 to 2147483646, got undefined/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [x] }), [one], {} as never),
  ],
  [
    "maximumIterations of 0",
    /maximumIterations: expected a whole number from 1 to 2147483646, got number 0/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [x] }), [one], { maximumIterations: 0 }),
  ],
  [
    "another option",
    /options/,
    (one) => whileLoop(yes, ([x]) => ({ loopVars: [x] }), [one], { ...options, parallelIterations: 2 } as never),
  ],
  ["no body", /body: expected a function/, (one) => whileLoop(yes, undefined as never, [one], options)],
])("refused, eagerly as compiled: %s", (_, message, call) => {
  const one = tf.scalar(1);
  expect(() => call(one)).toThrow(CompileError);
  expect(() => call(one)).toThrow(message);
  if (tf.engineInUse.name !== "tensorflow") return;
  const compiled = compile((x: tf.Scalar) => {
    call(x);
    return tf.clone(x);
  });
  expectRefused(() => compiled(one), message);
  compiled.dispose();
});

test("refused: results of another shape than the first iteration's", () => {
  const call = () =>
    whileLoop(
      yes,
      ([x], iteration) => ({ loopVars: [x], results: [tf.zeros([1 + (iteration.dataSync()[0] as number)])] }),
      [tf.scalar(1)],
      options,
    );
  expect(call).toThrow(/results like those of the first iteration \(\[1\] of float32\), got \[2\] of float32/);
});

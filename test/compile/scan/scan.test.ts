import { expect, test } from "vitest";
import { compile, scan, trainStep } from "../../../src/compile";
import {
  AdamOptimizer,
  bidirectionalDynamicRnn,
  DropoutWrapper,
  dynamicRnn,
  GRUCell,
  type Training,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, inChild, onNative } from "../support";
import { scaled } from "./every-cell";

scopeEachTest();

onNative("training through a compiled loop", () => {
  test("both directions, and a second layer on them", () => {
    const cells = [1, 2].map((seed) => new GRUCell({ inputSize: 3, numUnits: 4, seed }));
    const top = new GRUCell({ inputSize: 8, numUnits: 2, seed: 3 });
    const [fw, bw] = cells as [GRUCell, GRUCell];
    const variables = [fw, bw, top].flatMap((cell) => cell.variables);
    const run = (x: tf.Tensor3D, sequenceLength: tf.Tensor1D) => {
      const loss = () => {
        const options = { sequenceLength, swapMemory: true };
        const [outputs] = bidirectionalDynamicRnn(fw, bw, x, options);
        return tf.sum(tf.square(dynamicRnn(top, tf.concat3d(outputs, 2), options)[0])) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(loss, variables);
      return [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)];
    };
    const [x, lengths] = [uniform<tf.Rank.R3>([3, 9, 3], 5), tf.tensor1d([9, 2, 5], "int32")];
    const compiled = compile(run, { variables });
    const expected = run(x, lengths);
    compiled(x, lengths).forEach((result, i) => {
      expectClose(result, expected[i] as tf.Tensor, 1e-5);
    });
    compiled.dispose();
  });

  test("205 time steps, a loop that keeps all activations: gradients by inputs, first state and weights ≡ eager, unfused", () => {
    const sizes = { inputSize: 2, numUnits: 3, seed: 1 };
    const [fused, plain] = [new GRUCell(sizes), new GRUCell({ ...sizes, activation: (x) => tf.tanh(x) })];
    const lengths = tf.tensor1d([205, 0, 77], "int32");
    const gradients = (cell: GRUCell) => (x: tf.Tensor3D, first: tf.Tensor2D, live: tf.Tensor1D) => {
      const loss = (...given: tf.Tensor[]) => {
        const [inputs, initialState] = given as [tf.Tensor3D, tf.Tensor2D];
        const [outputs, last] = dynamicRnn(cell, inputs, { sequenceLength: live, initialState });
        return tf.add(tf.sum(tf.square(outputs)), tf.sum(tf.sin(last))) as tf.Scalar;
      };
      const { grads } = tf.variableGrads(() => loss(x, first) as tf.Scalar, cell.variables);
      return [...tf.grads(loss)([x, first]), ...cell.variables.map(({ name }) => grads[name] as tf.Tensor)];
    };
    const args = [uniform<tf.Rank.R3>([3, 205, 2], 5), uniform<tf.Rank.R2>([3, 3], 6), lengths] as const;
    const compiled = compile(gradients(fused), { variables: fused.variables });
    const expected = gradients(plain)(...args);
    compiled(...args).forEach((result, i) => {
      expectClose(scaled(result, expected[i]), scaled(expected[i], expected[i]), 1e-5);
    });
    compiled.dispose();
    for (const cell of [fused, plain]) cell.dispose();
  });

  test("1,000 time steps are a graph no larger than 500, and what steps leave takes few lists", () => {
    const [nodes, lists] = inChild(`
      const { GraphWriter } = require(require.resolve("${process.cwd()}/src/compile/emit/graph-writer.ts"));
      let count = 0;
      let lists = 0;
      let last; // the step's own graph is the last one: another checks its shards before
      const { node } = GraphWriter.prototype;
      GraphWriter.prototype.node = function (...given) {
        if (this !== last) count = lists = 0;
        last = this;
        count++;
        if (given[0] === "TensorArrayV3") lists++;
        return node.apply(this, given);
      };
      const counts = [];
      for (const steps of [500, 1000]) {
        const cell = new rnn.GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
        const step = trainStep((x) => rnn.dynamicRnn(cell, x)[1], { variables: cell.variables, optimizer: new rnn.AdamOptimizer() });
        count = lists = 0;
        step(tf.ones([2, steps, 2]));
        counts.push(count);
      }
      print([counts, lists]);`) as [[number, number], number];
    expect(lists).toBeGreaterThan(0);
    expect(lists).toBeLessThan(6);
    expect(Math.abs(nodes[1] - nodes[0])).toBeLessThan(40 * 20); // at most one chunk more or less beside the loop
  });
});

onNative("scan", () => {
  test("a step finds the same where the time is, eagerly, in a short loop and in a long one", () => {
    const first = (x: tf.Tensor2D) => {
      const step = (parts: tf.Tensor[], states: tf.Tensor[], time: tf.Scalar) => {
        const [now, held] = [parts[0] as tf.Tensor, states[0] as tf.Tensor];
        expect([time instanceof tf.Tensor, time.dtype, time.rank]).toEqual([true, "int32", 0]);
        const next = tf.where(tf.equal(time, 0), now, tf.mul(held, now));
        return { results: [next], states: [next] };
      };
      return scan(step, [x], [tf.fill([2], 5)]).results[0] as tf.Tensor;
    };
    const compiled = compile(first);
    for (const steps of [1, 5, 16, 32, 40]) {
      const x = tf.fill([steps, 2], 1.01) as tf.Tensor2D;
      const expected = Array.from({ length: steps }, (_, t) => [1.01 ** (t + 1), 1.01 ** (t + 1)]).flat();
      expectClose(first(x), expected);
      expectClose(compiled(x), expected);
    }
    compiled.dispose();
  });

  /** A leaky sum with a learned leak, and a product with what is carried: two sequences, two states, two results. */
  const leaky = (leak: tf.Tensor) => (parts: tf.Tensor[], states: tf.Tensor[], time: tf.Scalar) => {
    const [x, y] = parts as [tf.Tensor, tf.Tensor];
    const [sum, product] = states as [tf.Tensor, tf.Tensor];
    const now = tf.tanh(tf.add(tf.mul(sum, leak), x));
    const scale = tf.add(tf.cast(time, "float32"), 1);
    const next = tf.sin(tf.mul(product, tf.cast(y, "float32")));
    return { results: [tf.div(now, scale), next], states: [now, tf.add(next, now)] };
  };

  for (const recompute of [false, true]) {
    test.each([1, 2, 5, 16])(`≡ a plain loop, gradients too: unroll %i${recompute ? ", recomputed" : ""}`, (unroll) => {
      const leak = tf.variable(tf.tensor1d([0.5, 0.9]));
      const compute = (x: tf.Tensor, y: tf.Tensor, first: tf.Tensor) => {
        const loss = (...given: tf.Tensor[]) => {
          const [xs, from] = given as [tf.Tensor, tf.Tensor];
          const step = leaky(tf.square(leak)); // made outside the loop: not a variable itself
          const { results, states } = scan(step, [xs, y], [from, tf.zeros([3, 2])], { unroll, recompute });
          return tf.addN([...results, ...states].map((each) => tf.sum(tf.square(each)))) as tf.Scalar;
        };
        const { grads, value } = tf.variableGrads(() => loss(x, first) as tf.Scalar, [leak]);
        return [value, grads[leak.name] as tf.Tensor, ...tf.grads(loss)([x, first])];
      };
      const args = [uniform([7, 3, 2], 1), tf.ones([7, 1, 2], "int32"), uniform([3, 2], 2)] as const;
      const compiled = compile(compute, { variables: [leak] });
      const expected = compute(...args);
      compiled(...args).forEach((result, i) => {
        expectClose(result, expected[i] as tf.Tensor, 1e-5);
      });
      compiled.dispose();
      leak.dispose();
    });
  }

  test("gradients are right where small values lie side by side, large ones alone, and conditions among themselves", () => {
    const weights = tf.variable(uniform([65, 64], 4));
    const compute = (x: tf.Tensor, is: tf.Tensor, first: tf.Tensor) => {
      const step = ([p, on]: tf.Tensor[], [small, large]: tf.Tensor[]) => {
        const isOn = tf.cast(on as tf.Tensor, "bool");
        const next = tf.where(isOn, tf.sin(small as tf.Tensor), tf.tanh(p as tf.Tensor));
        const grown = tf.tanh(tf.mul(tf.add(large as tf.Tensor, tf.mean(next)), weights));
        return { results: [tf.sum(tf.square(grown), 1)], states: [tf.add(next, p as tf.Tensor), grown] };
      };
      const loss = (...given: tf.Tensor[]) => {
        const [xs, from] = given as [tf.Tensor, tf.Tensor];
        const { results, states } = scan(step, [xs, is], [from, tf.ones([65, 64])], { unroll: 3 });
        return tf.addN([...results, ...states].map((each) => tf.sum(tf.square(each)))) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(() => loss(x, first) as tf.Scalar, [weights]);
      return [value, grads[weights.name] as tf.Tensor, ...tf.grads(loss)([x, first])];
    };
    const is = tf.tensor(
      Array.from({ length: 54 }, (_, i) => ((i * i) % 5) % 2),
      [9, 3, 2],
      "int32",
    );
    const args = [uniform([9, 3, 2], 1), is, uniform([3, 2], 2)] as const;
    const compiled = compile(compute, { variables: [weights] });
    const expected = compute(...args);
    compiled(...args).forEach((result, i) => {
      expectClose(scaled(result, expected[i]), scaled(expected[i], expected[i]), 1e-5);
    });
    compiled.dispose();
    weights.dispose();
  });

  test("a next state that does not depend on what is carried ends all the same", () => {
    const found = inChild(`
      const cell = rnn.functionCell({ inputSize: 2, outputSize: 2, call: (x, h) => [tf.add(x, h), tf.zeros([2, 2])] });
      const run = (x) => rnn.dynamicRnn(cell, x, { swapMemory: true })[0];
      const slope = (x) => tf.grad((given) => tf.sum(tf.square(run(given))))(x);
      const x = tf.randomUniform([2, 9, 2], 0, 1, "float32", 1);
      const apart = (f) => tf.max(tf.abs(tf.sub(compile(f)(x), f(x)))).dataSync()[0];
      print([apart(run), apart(slope)]);`) as number[];
    for (const difference of found) expect(difference).toBeLessThan(1e-6);
  });

  test("a loop over time that no argument enters: shards do not take it apart from its gradient, and draw what one draws", () => {
    const cell = new DropoutWrapper(new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 }), { stateKeepProb: 0.5 });
    const y = uniform<tf.Rank.R2>([4, 3], 3);
    const decode = (rows: number, training: Training) =>
      dynamicRnn(cell, tf.zeros([rows, 9, 2]) as tf.Tensor3D, { swapMemory: true, training })[1] as tf.Tensor2D;
    const losses = [1, 2, 4].map((shards) => {
      const first = cell.variables.map((variable) => tf.clone(variable));
      const optimizer = new AdamOptimizer({ learningRate: 0.1 });
      const loss = (y: tf.Tensor2D, training: Training) =>
        tf.sum(tf.square(tf.sub(y, decode(y.shape[0], training))), 1);
      const step = trainStep<typeof loss>(loss, { variables: cell.variables, optimizer, shards });
      const made = [step(y), step(y)];
      cell.variables.forEach((variable, i) => {
        variable.assign(first[i] as tf.Tensor);
      });
      return made;
    });
    expectClose(tf.tensor(losses), tf.tensor([losses[0], losses[0], losses[0]] as number[][]), 1e-5);
    const run = (y: tf.Tensor2D) => tf.add(y, decode(y.shape[0], { seed: 1, step: 2 }));
    const [one, two] = [1, 2].map((shards) => compile(run, { variables: cell.variables, shards })(y));
    expectClose(two as tf.Tensor, one as tf.Tensor);
  });

  test("the gradient of a captured value that no operation of the step reads has its shape", () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const pass = tf.customGrad((p, _w) => ({
      value: tf.clone(p as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => [dy, tf.ones([2])],
    })) as (p: tf.Tensor, w: tf.Tensor) => tf.Tensor;
    const slope = (x: tf.Tensor) => {
      const step = ([p]: tf.Tensor[], [s]: tf.Tensor[]) => {
        const next = tf.add(s as tf.Tensor, pass(p as tf.Tensor, w));
        return { results: [], states: [next] };
      };
      const loss = () => tf.sum(scan(step, [x], [tf.zeros([3])], { unroll: 2 }).states[0] as tf.Tensor) as tf.Scalar;
      return tf.variableGrads(loss, [w]).grads[w.name] as tf.Tensor;
    };
    const x = tf.ones([8, 3]);
    expectClose(compile(slope, { variables: [w] })(x), slope(x));
  });

  test("capturing leaves no tensor, nor does a step that throws", () => {
    const cell = new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
    const x = uniform<tf.Rank.R3>([2, 9, 2], 1);
    const optimizer = new AdamOptimizer();
    for (const variable of cell.variables) optimizer.slotsOf(variable);
    const before = tf.memory().numTensors;
    const step = trainStep((x: tf.Tensor3D) => dynamicRnn(cell, x, { swapMemory: true })[1], {
      variables: cell.variables,
      optimizer,
    });
    step(x);
    step.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const long = uniform([9, 2], 1);
    let calls = 0;
    const failing = compile((x: tf.Tensor) => {
      const fail = ([p]: tf.Tensor[], [s]: tf.Tensor[]) => {
        if (++calls > 3) throw new Error("no more");
        return { results: [tf.add(p as tf.Tensor, s as tf.Tensor)], states: [s as tf.Tensor] };
      };
      return tf.grad((given: tf.Tensor) =>
        tf.sum(scan(fail, [given], [tf.scalar(0)], { unroll: 2 }).results[0] as tf.Tensor),
      )(x);
    });
    expect(() => failing(long)).toThrow(/no more/);
    long.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a scan inside a scan's step is written out", () => {
    const sums = (x: tf.Tensor) =>
      scan(
        ([row], [outer]) => {
          const inner = scan(
            ([y], [s]) => ({ results: [], states: [tf.add(s as tf.Tensor, y as tf.Tensor)] }),
            [row as tf.Tensor],
            [outer as tf.Tensor],
          );
          return { results: inner.states, states: inner.states };
        },
        [x],
        [tf.scalar(0)],
        { unroll: 1 },
      ).results[0] as tf.Tensor;
    const compiled = compile(sums);
    const x = uniform([4, 3], 1);
    expectClose(compiled(x), sums(x));
    compiled.dispose();
  });

  test("refuses what is no loop: no state, other lengths, a state that changes its shape or type", () => {
    const [x, shorter, zero] = [tf.ones([4, 2]), tf.ones([3]), tf.scalar(0)];
    const keep = (parts: tf.Tensor[], states: tf.Tensor[]) => ({ results: parts, states });
    expectRefused(() => scan(keep, [x], []), /at least one state, got lengths 4, 0 states/);
    expectRefused(() => scan(keep, [x, shorter], [zero]), /of one length .* got lengths 4, 3/);
    const grow = (_: tf.Tensor[], [s]: tf.Tensor[]) => ({
      results: [],
      states: [tf.stack([s as tf.Tensor, s as tf.Tensor])],
    });
    const growing = compile((given: tf.Tensor) => scan(grow, [given], [tf.scalar(0)], { unroll: 1 }).states);
    expectRefused(() => growing(x), /states\[0\]: expected shape \[\] .* got \[2\]/);
    const count = (_: tf.Tensor[], [s]: tf.Tensor[]) => ({
      results: [tf.cast(s as tf.Tensor, "int32")],
      states: [s as tf.Tensor],
    });
    const counting = compile((given: tf.Tensor) => scan(count, [given], [tf.scalar(0)], { unroll: 1 }).results);
    expectRefused(() => counting(x), /expected float32 results and states, got int32/);
    expectRefused(() => scan(keep, [x], [zero], { unroll: 0 }), /unroll: expected a positive whole number, got 0/);
  });
});

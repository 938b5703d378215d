import { expect, test } from "vitest";
import { compile, graphOf, inferenceGraph, savedModelFile, trainStep } from "../../../src/compile";
import { AdamOptimizer, Dense, dynamicRnn, GRUCell, LSTMCell, type RNNCell } from "../../../src/rnn";
import {
  type AttentionMechanism,
  AttentionWrapper,
  alignmentHistory,
  BahdanauAttention,
  BahdanauMonotonicAttention,
  LocationSensitiveAttention,
  LuongAttention,
  LuongMonotonicAttention,
} from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

const bahdanau = { numUnits: 3, memorySize: 4, querySize: 5, seed: 1 };
const luong = { numUnits: 5, memorySize: 4, seed: 2 };
const MECHANISMS: Record<string, () => AttentionMechanism> = {
  Bahdanau: () => new BahdanauAttention({ ...bahdanau, normalize: true }),
  Luong: () => new LuongAttention({ ...luong, scale: true }),
  "location-sensitive": () => new LocationSensitiveAttention({ ...bahdanau, filters: 2, kernelSize: 3 }),
  "Bahdanau monotonic": () => new BahdanauMonotonicAttention(bahdanau),
  "Luong monotonic, recursive": () => new LuongMonotonicAttention({ ...luong, mode: "recursive" }),
  "Luong monotonic, hard": () => new LuongMonotonicAttention({ ...luong, mode: "hard" }),
};
const wrapperOf = (mechanism: AttentionMechanism, Cell: typeof LSTMCell | typeof GRUCell = LSTMCell) =>
  new AttentionWrapper<never, AttentionMechanism>(
    new Cell({ inputSize: 3 + 2, numUnits: 5, seed: 3 }) as RNNCell as never,
    mechanism,
    { attentionLayerSize: 2, seed: 4 },
  );
const exported = (wrapper: ReturnType<typeof wrapperOf>) =>
  inferenceGraph(
    ({ x, memory, lengths }: { x: tf.Tensor3D; memory: tf.Tensor3D; lengths: tf.Tensor1D }) => {
      const { outputs, alignments } = alignmentHistory(wrapper.attend(memory, lengths), x);
      return { outputs, alignments };
    },
    {
      inputs: {
        x: ["batch", "words", 3],
        memory: ["batch", "places", 4],
        lengths: { shape: ["batch"], dtype: "int32" },
      },
      variables: wrapper.weights,
      examples: { lengths: (i, { memory }) => 1 + (i % (memory?.[1] as number)) },
    },
  );
const x = (batch: number, nSteps: number) => uniform<tf.Rank.R3>([batch, nSteps, 3], 5);
const memoryOf = (batch: number, nSteps: number) => uniform<tf.Rank.R3>([batch, nSteps, 4], 6);
const int = (values: number[]) => tf.tensor1d(values, "int32");

type Part = "quick" | "slow";
const QUICK = ["Luong"];
const namesOf = (part: Part) => Object.keys(MECHANISMS).filter((name) => QUICK.includes(name) === (part === "quick"));

/** Long runs and exported graphs take seconds a mechanism: one, over a few steps, in the quick tests, the others in the slow ones. */
export function testEachMechanism(part: Part): void {
  // swapMemory makes a loop of a few time steps too
  const runs: [name: string, steps: number, swapMemory: boolean][] =
    part === "quick" ? QUICK.map((name) => [name, 9, true]) : Object.keys(MECHANISMS).map((name) => [name, 230, false]);
  test.each(runs)(
    "%s: compiled ≡ eager, %d time steps in a loop of the graph, with gradients",
    (name, steps, swapMemory) => {
      const wrapper = wrapperOf((MECHANISMS[name] as () => AttentionMechanism)());
      const [inputs, memory, lengths] = [x(2, steps), memoryOf(2, 6), int([6, 2])];
      const compute = (inputs: tf.Tensor3D, memory: tf.Tensor3D, lengths: tf.Tensor1D) => {
        const loss = () => {
          const [outputs, state] = dynamicRnn(wrapper.attend(memory, lengths), inputs, { swapMemory });
          return tf.add(tf.mean(tf.square(outputs)), tf.sum(tf.square(state.alignments))) as tf.Scalar;
        };
        const given = [inputs, memory, ...wrapper.variables];
        const { value, grads } = tf.engine().gradients(loss, given, undefined, true);
        return [value, ...grads.map((gradient, i) => gradient ?? tf.zerosLike(given[i] as tf.Tensor))];
      };
      const compiled = compile(compute, { variables: wrapper.variables });
      const found = compiled(inputs, memory, lengths);
      for (const [i, expected] of compute(inputs, memory, lengths).entries()) expectClose(found[i], expected, 2e-5);
      compiled.dispose();
    },
  );

  test.each(namesOf(part).filter((name) => !name.endsWith("recursive")))(
    "%s: inferenceGraph takes any batch, and any length of words and memory",
    (name) => {
      const wrapper = wrapperOf((MECHANISMS[name] as () => AttentionMechanism)(), GRUCell);
      const graph = exported(wrapper);
      expect(graph.outputs.map(({ shape }) => shape)).toEqual([
        [-1, -1, 2],
        [-1, -1, -1],
      ]);
      savedModelFile(graph); // runs the graph on small and on larger inputs, and compares the outputs
    },
  );
}

/** What one mechanism shows for all. */
export function testOnce(): void {
  test("the recursive mode loops over the memory inside of a loop over time: its export for any length is refused", () => {
    const wrapper = wrapperOf((MECHANISMS["Luong monotonic, recursive"] as () => AttentionMechanism)(), GRUCell);
    expect(() => exported(wrapper)).toThrow(/Unpack: what its results are depends on a size \(batch, words, places\)/);
  });

  test("a training step in shards ≡ one without, and the loss falls; lengths and memory have a row for each example", () => {
    const losses = [1, 2].map((shards) => {
      const wrapper = wrapperOf(new BahdanauAttention(bahdanau), GRUCell);
      const head = new Dense({ inputSize: 2, outputSize: 1, seed: 7 });
      const step = trainStep(
        (inputs: tf.Tensor3D, memory: tf.Tensor3D, lengths: tf.Tensor1D) => {
          const [outputs] = dynamicRnn(wrapper.attend(memory, lengths), inputs);
          return tf.mean(tf.square(tf.sub(head.call(outputs), 1)), [1, 2]) as tf.Tensor1D;
        },
        {
          variables: [...wrapper.variables, ...head.variables],
          optimizer: new AdamOptimizer({ learningRate: 0.05 }),
          shards,
        },
      );
      const given = [x(4, 3), memoryOf(4, 6), int([6, 1, 3, 2])] as const;
      return [1, 2, 3, 4, 5, 6].map(() => step(...given));
    });
    expectClose(losses[1], losses[0]);
    expect(losses[0]?.at(-1)).toBeLessThan((losses[0]?.[0] as number) * 0.8);
  });

  test("the keys are computed once: a longer run has no more products of the memory, and one fused cell a step", () => {
    const wrapper = wrapperOf(new LuongAttention({ ...luong, scale: true }));
    const [memory, lengths] = [memoryOf(2, 6), int([6, 2])];
    const countsAt = (nSteps: number) => {
      const inputs = x(2, nSteps);
      const compute = (x: tf.Tensor3D, memory: tf.Tensor3D, lengths: tf.Tensor1D) =>
        dynamicRnn(wrapper.attend(memory, lengths), x)[0];
      const { nodes } = graphOf(compute, [inputs, memory, lengths], { variables: wrapper.variables });
      const count = (op: string) => nodes.filter((node) => node.op === op).length;
      return {
        cells: count("LSTMBlockCell"),
        batched: count("BatchMatMulV2"),
        layers: count("MatMul"),
        softmax: count("Softmax"),
      };
    };
    expect(countsAt(3)).toEqual({ cells: 3, batched: 6, layers: 3 + 1, softmax: 3 }); // score and context; 1 for the keys
    expect(countsAt(5)).toEqual({ cells: 5, batched: 10, layers: 5 + 1, softmax: 5 });
  });

  test("a length of 0, or one beyond the memory, is refused when a compiled function runs", () => {
    const wrapper = wrapperOf(new LuongAttention(luong));
    const run = compile(
      (x: tf.Tensor3D, memory: tf.Tensor3D, lengths: tf.Tensor1D) => dynamicRnn(wrapper.attend(memory, lengths), x)[0],
      {
        variables: wrapper.variables,
      },
    );
    const [inputs, memory] = [x(2, 3), memoryOf(2, 4)];
    expect(run(inputs, memory, int([4, 1])).shape).toEqual([2, 3, 2]);
    expect(() => run(inputs, memory, int([4, 0]))).toThrow(/indices\[1\]: expected an index from 0 to 3, got -1/);
    expect(() => run(inputs, memory, int([5, 1]))).toThrow(/indices\[0\]: expected an index from 0 to 3, got -1/);
    run.dispose();
  });

  test("alignmentHistory compiled ≡ eager", () => {
    const wrapper = wrapperOf(new BahdanauAttention(bahdanau));
    const compute = (x: tf.Tensor3D, memory: tf.Tensor3D, lengths: tf.Tensor1D) => {
      const { outputs, alignments } = alignmentHistory(wrapper.attend(memory, lengths), x);
      return [outputs, alignments];
    };
    const run = compile(compute, { variables: wrapper.variables });
    const given = [x(2, 3), memoryOf(2, 4), int([4, 1])] as const;
    const found = run(...given);
    for (const [i, expected] of compute(...given).entries()) expectClose(found[i], expected);
    run.dispose();
  });
}

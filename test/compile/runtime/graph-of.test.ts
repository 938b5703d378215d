import { expect, test } from "vitest";
import { type FunctionGraph, graphOf, trainStep } from "../../../src/compile";
import { protobuf } from "../../../src/compile/engine/protobuf";
import { AdamOptimizer, BasicRNNCell, Dense, dynamicRnn, namedWeights, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

const cellOf = () => new BasicRNNCell({ inputSize: 3, numUnits: 5, seed: 1 });
const inputs = (steps: number) => tf.zeros<tf.Rank.R3>([4, steps, 3]);
const byStatic = (cell: BasicRNNCell) => (x: tf.Tensor3D) =>
  staticRnn(
    cell,
    tf.unstack(x, 1).map((step) => step.as2D(4, 3)),
  )[1];
const byLoop = (cell: BasicRNNCell) => (x: tf.Tensor3D) => dynamicRnn(cell, x, { swapMemory: true })[1];

/** Every node that a graph reads is one of its nodes, and no two have one name. */
function expectWhole({ nodes }: FunctionGraph): void {
  const names = new Set(nodes.map(({ name }) => name));
  expect(names.size).toBe(nodes.length);
  const read = nodes.flatMap(({ inputs }) => inputs.map((input) => input.replace(/^\^/, "").split(":")[0] as string));
  expect(read.filter((name) => !names.has(name))).toEqual([]);
}

const opsIn = ({ nodes }: FunctionGraph, scope = "") =>
  nodes.filter(({ name }) => name.startsWith(scope)).map(({ op }) => op);

onNative("graphOf", () => {
  test("graphOf(compute, inputs, { variables }): operations by their names, weights by theirs", () => {
    const cell = cellOf();
    const graph = graphOf(byStatic(cell), [inputs(2)], { variables: namedWeights(cell) });
    const text = graph.nodes
      .filter(({ op }) => op !== "Const")
      .map(({ name, inputs }) => `${name}(${inputs.filter((input) => !input.startsWith("Const")).join(", ")})`);
    expect(text).toEqual([
      "input_0()",
      "basic_rnn_cell/kernel()",
      "basic_rnn_cell/bias()",
      "basic_rnn_cell/kernel/Read(basic_rnn_cell/kernel)",
      "basic_rnn_cell/bias/Read(basic_rnn_cell/bias)",
      "Unpack(input_0)",
      "Fill()",
      "ConcatV2(Unpack, Fill)",
      "MatMul(ConcatV2, basic_rnn_cell/kernel/Read)",
      "BiasAdd(MatMul, basic_rnn_cell/bias/Read)",
      "Tanh(BiasAdd)",
      "ConcatV2_1(Unpack:1, Tanh)",
      "MatMul_1(ConcatV2_1, basic_rnn_cell/kernel/Read)",
      "BiasAdd_1(MatMul_1, basic_rnn_cell/bias/Read)",
      "Tanh_1(BiasAdd_1)",
      "output_0(Tanh_1)",
    ]);
    expectWhole(graph);
  });

  test("a static graph grows with the time steps; a loop stands in a scope, and does not grow", () => {
    const cell = cellOf();
    const graphs = [9, 16].map((steps) => graphOf(byStatic(cell), [inputs(steps)], { variables: cell.variables }));
    expect(graphs.map((graph) => opsIn(graph).filter((op) => op === "MatMul").length)).toEqual([9, 16]);
    const loop = (steps: number) => {
      const long = (x: tf.Tensor3D) => dynamicRnn(cell, x)[1];
      return graphOf(long, [inputs(steps)], { variables: cell.variables });
    };
    expect(loop(280).nodes.length).toBe(loop(240).nodes.length);
    const swapped = graphOf(byLoop(cell), [inputs(9)], { variables: cell.variables });
    expectWhole(swapped);
    expect(opsIn(swapped, "while/").filter((op) => op === "NextIteration")).toHaveLength(3);
    expect(opsIn(swapped).filter((op) => op === "NextIteration")).toHaveLength(3);
  });

  test("graphOf(…, { shards }) has the loop over shards in a scope", () => {
    const head = new Dense({ inputSize: 3, outputSize: 2 });
    const graph = graphOf((x: tf.Tensor2D) => head.call(x), [tf.zeros<tf.Rank.R2>([4, 3])], {
      variables: namedWeights(head),
      shards: 2,
    });
    expectWhole(graph);
    expect(opsIn(graph, "rows/")).toContain("MatMul");
  });

  test("the graphDef is the same graph, as TensorFlow reads it", () => {
    const cell = cellOf();
    const { nodes, graphDef } = graphOf(byLoop(cell), [inputs(4)], { variables: cell.variables });
    const { GraphDef } = protobuf() as unknown as {
      GraphDef: { deserializeBinary(bytes: Uint8Array): { getNodeList(): { getName(): string; getOp(): string }[] } };
    };
    const read = GraphDef.deserializeBinary(graphDef).getNodeList();
    expect(read.map((node) => [node.getName(), node.getOp()])).toEqual(nodes.map(({ name, op }) => [name, op]));
  });

  test("step.graph() is the graph of the step that ran last: gradients, updates, slots by their weights", () => {
    const cell = cellOf();
    const optimizer = new AdamOptimizer();
    const loss = (x: tf.Tensor3D) => tf.sum<tf.Tensor1D>(tf.square(byLoop(cell)(x)), 1);
    const step = trainStep(loss, { variables: cell.variables, optimizer, shards: 2 });
    expectRefused(() => step.graph(), /trainStep: graph: expected a step before/);
    const first = step(inputs(4));
    const graph = step.graph();
    expect(step(inputs(4))).toBeDefined(); // the step still runs
    expect(first).toBe(0);
    expectWhole(graph);
    expect(opsIn(graph, "shards/while/")).toContain("Tanh");
    expect(opsIn(graph, "shards/gradients/while/")).toContain("MatMul");
    expect(opsIn(graph, "update")).toEqual(expect.arrayContaining(["ResourceApplyAdam"]));
    expect(opsIn(graph).filter((op) => op === "ResourceApplyAdam")).toHaveLength(2);
    step.dispose();
    optimizer.dispose();
  });

  test("graphOf leaves no tensor, and refuses what compile refuses", () => {
    const cell = cellOf();
    const before = tf.memory().numTensors;
    const x = inputs(2);
    graphOf(byStatic(cell), [x], { variables: cell.variables });
    expect(tf.memory().numTensors - before).toBe(1);
    expectRefused(() => graphOf(byStatic(cell), [x]), /variables/);
    expectRefused(() => graphOf(byStatic(cell), x as never), /graphOf: inputs/);
  });
});

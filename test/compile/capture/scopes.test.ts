import { expect, test } from "vitest";
import { scan } from "../../../src/compile";
import { capture, captureForExport } from "../../../src/compile/capture/capture";
import { inScope } from "../../../src/compile/capture/scopes";
import { emit } from "../../../src/compile/emit/emit";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import { FLOAT32 } from "../../../src/compile/engine/dtypes";
import type { Op, Trace } from "../../../src/compile/ir/trace";
import { lower } from "../../../src/compile/lower";
import { BasicRNNCell, Dense, dynamicRnn, LSTMCell, MultiRNNCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

/** Each op of a trace by its source, without doubles; ops in loops below "loop". */
function sourcesOf(trace: Trace): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (op: Op) => {
    const source = op.scope?.source ?? "";
    found.set(source, (found.get(source) ?? new Set()).add(op.name));
    for (const inner of op.scan?.trace.ops ?? []) visit(inner);
  };
  for (const op of trace.ops) visit(op);
  return found;
}

onNative("scopes", () => {
  const lstm = (inputSize: number, seed: number) => new LSTMCell({ inputSize, numUnits: 4, seed });

  test("inScope(owner, run) names the ops of cells and layers, and their gradients' below gradients/", () => {
    const cell = new MultiRNNCell([lstm(3, 1), lstm(4, 2)]);
    const head = new Dense({ inputSize: 4, outputSize: 2, seed: 3 });
    const x: tf.Tensor3D = tf.ones([2, 5, 3]);
    const loss = () => tf.mean(tf.square(head.call(dynamicRnn(cell, x)[0]))) as tf.Scalar;
    const variables = [...cell.variables, head.kernel, head.bias];
    const gradients = () => Object.values(tf.variableGrads(loss, variables).grads);
    const sources = sourcesOf(lower(capture(gradients, [x, ...variables])));
    for (const layer of ["MultiRNNCell/LSTMCell", "MultiRNNCell/LSTMCell_1", "Dense"]) {
      expect(sources.get(layer)).toContain(layer === "Dense" ? "MatMul" : "LSTMBlockCell");
      expect(sources.get(`gradients/${layer}`)).toContain("MatMul");
    }
    expect(sources.get("MultiRNNCell")).toBeUndefined();
    expect(sources.get("")).not.toContain("MatMul"); // the mean and its gradient stand outside all parts
    cell.dispose();
    head.dispose();
  });

  test("inScope(owner, run) names ops in a loop over time, at any call of the owner", () => {
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 1 });
    const x: tf.Tensor3D = tf.ones([2, 300, 3]);
    const step = () => cell.call(tf.ones([2, 3]), dynamicRnn(cell, x)[1]).slice(0, 1);
    const sources = sourcesOf(lower(capture(step, [x, ...cell.variables])));
    expect(sources.get("BasicRNNCell")).toContain("Tanh");
    expect([...sources.values()].filter((ops) => ops.has("Tanh"))).toHaveLength(1);
    cell.dispose();
  });

  test("inScope(owner, run, device) places nodes; emit gives readers their sources", () => {
    class Layer {
      call = (x: tf.Tensor) => inScope(this, () => tf.tanh(x), "/device:CPU:1");
    }
    const x = tf.ones([2]);
    const [first, second] = [new Layer(), new Layer()];
    const trace = lower(capture(() => [tf.exp(second.call(first.call(x)))], [x]));
    const writer = new GraphWriter();
    const input = writer.placeholder("x", FLOAT32, [2]);
    emit(writer, trace, { inputs: [input], enter: (value) => value });
    const nodes = writer.nodes.map((node) => [node.getOp(), writer.sources.get(node.getName()), node.getDevice()]);
    expect(nodes).toEqual([
      ["Placeholder", undefined, ""],
      ["Tanh", "Layer", "/device:CPU:1"],
      ["Tanh", "Layer_1", "/device:CPU:1"],
      ["Exp", undefined, ""],
    ]);
  });

  test("inScope(owner, run, device) places what runs inside, gradients and loops over time too, but no constant", () => {
    const [inner, outer] = [{}, {}];
    const w = tf.variable(uniform([3, 3], 2));
    const x = uniform([4, 3], 1);
    const layer = () => {
      const [state] = scan(
        ([part], [state]) => {
          const next = inScope(
            inner,
            () => tf.cos(tf.matMul(tf.reshape(part as tf.Tensor, [1, 3]), w)),
            "/device:CPU:2",
          );
          return { results: [next], states: [tf.tanh(tf.add(next, state as tf.Tensor))] };
        },
        [x],
        [tf.zeros([1, 3])],
        { unroll: 2 },
      ).states;
      return tf.add(state as tf.Tensor, 0.5);
    };
    const loss = () => tf.sum(tf.exp(inScope(outer, layer, "/device:CPU:1"))) as tf.Scalar;
    const trace = lower(capture(() => Object.values(tf.variableGrads(loss, [w]).grads), [x, w]));
    const writer = new GraphWriter();
    const inputs = [writer.placeholder("x", FLOAT32, [4, 3]), writer.placeholder("w", FLOAT32, [3, 3])];
    emit(writer, trace, { inputs, enter: (value) => value });
    const devicesOf = (op: string) => [
      ...new Set(writer.nodes.filter((node) => node.getOp() === op).map((node) => node.getDevice())),
    ];
    expect(["Cos", "Sin"].map(devicesOf)).toEqual([["/device:CPU:2"], ["/device:CPU:2"]]);
    for (const op of ["Tanh", "LoopCond", "NextIteration", "TensorArrayV3"]) expect([op, devicesOf(op)]).toEqual([op, ["/device:CPU:1"]]); // biome-ignore format: one line
    expect(["Exp", "Const", "Placeholder"].map(devicesOf)).toEqual([[""], [""], [""]]);
    w.dispose();
  });

  test("inScope(owner, run, device) in an exported graph names no device", () => {
    const x = tf.ones([2]);
    const { ops } = captureForExport(() => [inScope({}, () => tf.neg(x), "/device:CPU:1")], [x]);
    expect(ops.map(({ scope }) => scope)).toEqual([{ source: "cell" }]);
  });

  test("inScope(owner, run) outside a capture only runs", () => {
    expect(inScope({}, () => 7)).toBe(7);
  });
});

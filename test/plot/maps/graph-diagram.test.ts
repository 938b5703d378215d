import { expect, test } from "vitest";
import { altText, type DrawnNode, graphDiagram } from "../../../src/plot";
import { layOut } from "../../../src/plot/maps/graph-layout";

const node = (name: string, op: string, ...inputs: string[]): DrawnNode => ({ name, op, inputs });

/** x·w, twice: the second product reads the first. */
const chain = [
  node("input_0", "Placeholder"),
  node("w", "VarHandleOp"),
  node("w/Read", "ReadVariableOp", "w"),
  node("Const", "Const"),
  node("MatMul", "MatMul", "input_0", "w/Read"),
  node("MatMul_1", "MatMul", "MatMul:0", "w/Read", "Const", "^MatMul"),
  node("output_0", "Identity", "MatMul_1"),
];

/** A loop that counts. */
const loop = [
  node("Enter", "Enter"),
  node("Merge", "Merge", "Enter", "NextIteration"),
  node("Switch", "Switch", "Merge"),
  node("Add", "AddV2", "Switch:1"),
  node("NextIteration", "NextIteration", "Add"),
  node("Exit", "Exit", "Switch"),
];

test("layOut(nodes) places each node right of what it reads, without constants; each line once", () => {
  const { placed, edges } = layOut(chain);
  expect(Object.fromEntries(placed.map(({ node, x }) => [node.name, x]))).toEqual({
    ...{ input_0: 0, w: 0, "w/Read": 1, MatMul: 2, MatMul_1: 3, output_0: 4 },
  });
  expect(edges.map(({ from, to }) => `${from.node.name} → ${to.node.name}`)).toEqual([
    ...[
      "w → w/Read",
      "input_0 → MatMul",
      "w/Read → MatMul",
      "MatMul → MatMul_1",
      "w/Read → MatMul_1",
      "MatMul_1 → output_0",
    ],
  ]);
  const places = placed.map(({ x, y }) => `${x} ${y}`);
  expect(new Set(places).size).toBe(places.length);
});

test("layOut: what leads to the next iteration leads back, and does not count for the layers", () => {
  const { placed, edges } = layOut(loop);
  expect(placed.map(({ x }) => x)).toEqual([0, 1, 2, 3, 4, 3]);
  expect(edges.filter(({ isBack }) => isBack).map(({ from, to }) => [from.node.name, to.node.name])).toEqual([
    ["NextIteration", "Merge"],
  ]);
});

test("graphDiagram(nodes) draws a point a node, by kind, with its name; arcs below all points", () => {
  const { data } = graphDiagram([...chain, ...loop], { title: "Graph" });
  const named = data.map(({ name }) => name ?? "");
  expect(named).toEqual([
    ...[
      "",
      "to the next iteration",
      "inputs and outputs",
      "weights",
      "matrix products",
      "the loop",
      "other operations",
    ],
  ]);
  const points = data.filter(({ mode }) => mode === "markers");
  expect(points.flatMap(({ text }) => text)).toEqual([
    ...["input_0 (Placeholder)", "output_0 (Identity)", "w (VarHandleOp)", "w/Read (ReadVariableOp)"],
    ...["MatMul", "MatMul_1", "Enter", "Merge", "Switch", "NextIteration", "Exit", "Add (AddV2)"],
  ]);
  const lowest = Math.min(...points.flatMap(({ y }) => y as number[]));
  const arcs = data.filter(({ name }) => name === "to the next iteration").flatMap(({ y }) => y as (number | null)[]);
  expect(Math.min(...arcs.flatMap((y) => y ?? []))).toBeLessThan(lowest);
});

test("graphDiagram tells of itself, and refuses no nodes", () => {
  expect(altText(graphDiagram(chain, { title: "Two products" }))).toBe(
    "Graph. Two products. Nodes without constants: 2 of inputs and outputs, 2 of weights, 2 of matrix products. " +
      "No line leads back.",
  );
  expect(altText(graphDiagram(loop, { title: "A loop" }))).toMatch(/1 line leads back to the next iteration/);
  expect(() => graphDiagram([], { title: "" })).toThrow(/expected at least one node/);
});

// Recomputes the blocks of src/compile/README.md: one function, printed after each stage.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../../src/compile";
import { capture } from "../../src/compile/capture/capture";
import { emit } from "../../src/compile/emit/emit";
import { GraphWriter } from "../../src/compile/emit/graph-writer";
import { observeTraces } from "../../src/compile/ir/observe";
import { dependingOnlyOn, partition } from "../../src/compile/ir/partition";
import { printTrace } from "../../src/compile/ir/print";
import type { Trace } from "../../src/compile/ir/trace";
import { lower } from "../../src/compile/lower";
import * as tf from "../../src/tf";
import { scopeEachTest } from "../support";
import { onNative } from "./support";

scopeEachTest();

const FOLDER = join(__dirname, "../../src/compile");
const README = readFileSync(join(FOLDER, "README.md"), "utf8");
const blocks = (language: string) =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\`$`, "gm"))].map(([, text]) => text as string);

type Layer = (x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D) => tf.Tensor2D;

/** The function that README shows. */
const layer = new Function("tf", `${blocks("js").join("\n")}\nreturn layer;`)(tf) as Layer;

/** A trace's nodes, as `name = Op(inputs)`. */
function nodesOf(trace: Trace): string {
  const writer = new GraphWriter();
  const inputs = ["x", "w", "b"].map((name, i) => {
    const { dtype, shape } = trace.inputs[i] as Trace["inputs"][0];
    return writer.placeholder(name, dtype, shape);
  });
  emit(writer, trace, { inputs, enter: (value) => value });
  return writer.nodes
    .map((node) => `${node.getName()} = ${node.getOp()}(${node.getInputList().join(", ")})`)
    .join("\n");
}

onNative("src/compile/README.md", () => {
  test("shows a function after each stage as it is", () => {
    const args: Parameters<Layer> = [tf.tensor2d([[1, 2]]), tf.tensor2d([[0.5, -0.5]]), tf.tensor1d([1])];
    const [x, w, b] = [tf.ones<tf.Rank.R2>([4, 3]), tf.ones<tf.Rank.R2>([2, 3]), tf.ones<tf.Rank.R1>([2])];
    const after = new Map<string, string>();
    const restore = observeTraces((trace, stage) => after.set(stage, printTrace(trace)));
    const trace = lower(capture(() => [layer(x, w, b)], [x, w, b]));
    restore();
    const isFirst = dependingOnlyOn(trace, (input) => input > 0);
    const { first, rest } = partition(trace, (op) => isFirst.has(op));
    const stages = ["capture", "canonicalize", "fuse-bias-add"].map((stage) => after.get(stage));
    const result = JSON.stringify(compile(layer)(...args).arraySync(), (_, x) =>
      typeof x === "number" ? +x.toFixed(4) : x,
    );
    expect(blocks("text")).toEqual([...stages, printTrace(first), printTrace(rest), nodesOf(trace), result]);
  });

  test("names every folder", () => {
    const named = [...README.matchAll(/^\| `([\w-]+)\/` \|/gm)].map(([, name]) => name);
    const all = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(named.sort()).toEqual(all.map(({ name }) => name).sort());
  });
});

import { readFileSync } from "node:fs";
import * as tf from "../../tf";
import { checksum, graphModelFiles } from "./graph-model";
import type { InferenceGraph } from "./inference-graph";
import type { Examples } from "./samples";

/**
 * Writes a web page that runs a graph, and needs nothing from elsewhere: the graph model, `tf.min.js` (TensorFlow.js as it
 * is published), an example of inputs and outputs, and a page that runs the example and shows how far the outputs differ
 * from those here, or, when they differ too much, that the model does not run there.
 *
 * @example
 *   const w = tf.variable(tf.scalar(2));
 *   const graph = inferenceGraph(({ x }) => ({ y: tf.mul(x, w) }), {
 *     inputs: { x: [null, 3] },
 *     variables: { w },
 *   });
 *   await saveFiles("page", await browserFiles(graph));
 *
 * The names of the weights and of the example have a checksum of their content; `model.json`, the last file, names them.
 *
 * @returns the files of the page's folder, by name, `model.json` last
 * @throws CompileError when the outputs of the graph differ from the function's, or TensorFlow.js does not have an
 *   operation; the message names it
 */
export async function browserFiles(graph: InferenceGraph): Promise<Record<string, Uint8Array>> {
  const [{ inputs, outputs }] = graph.trials;
  const bytes = Buffer.from(`{"inputs":${listed(inputs)},"outputs":${listed(outputs)}}`);
  const example = `example-${checksum(bytes)}.json`; // the model's own: an older page's would show that the model is off
  const model = await graphModelFiles(graph, { example });
  return {
    "tf.min.js": readFileSync(tf.browserScript()),
    [example]: bytes,
    "run.js": Buffer.from(SCRIPT),
    "index.html": Buffer.from(PAGE),
    ...model,
  };
}

/** Inputs or outputs by name, as JSON. */
function listed(of: Examples["inputs"]): string {
  const parts = Object.entries(of).map(([name, { values, ...rest }]) => {
    const numbers = Array.from(values, (value) => (Object.is(value, -0) ? "-0" : JSON.stringify(value)));
    return `${JSON.stringify(name)}:{"values":[${numbers}],${JSON.stringify(rest).slice(1)}`;
  });
  return `{${parts}}`;
}

/**
 * Its policy lets the page load nothing from another host. 'unsafe-eval' is there because the published TensorFlow.js makes
 * functions from strings.
 */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'unsafe-eval'; img-src data:">
<link rel="icon" href="data:,">
<title>A model, in the browser</title>
<h1>A model, in the browser</h1>
<p id="state">Loading …</p>
<pre id="signature"></pre>
<script src="tf.min.js"></script>
<script src="run.js"></script>
</html>
`;

/**
 * The largest difference of an output, relative to its largest number or to 1 if that is more. It is above the rounding of
 * float32, because a graphics card computes exponentials less exactly than a processor.
 */
const MOST_APART = 1e-3;

const SCRIPT = `// Loads the model beside this page, runs the example it came with, and compares.
const show = (id, text) => { document.getElementById(id).textContent = text; };

async function run() {
  await tf.ready();
  const model = await tf.loadGraphModel("model.json");
  const file = (model.metadata ?? {}).example ?? "example.json"; // its old name, beside a model of an older version
  const example = await (await fetch(file)).json();
  const inputs = {};
  for (const [name, { values, shape, dtype }] of Object.entries(example.inputs)) {
    inputs[name] = tf.tensor(values, shape, dtype);
  }
  const names = Object.keys(example.outputs);
  const outputs = [await model.executeAsync(inputs, names)].flat();
  let difference = 0;
  let isSame = true;
  names.forEach((name, i) => {
    const { values } = example.outputs[name];
    const got = outputs[i].dataSync();
    const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const apart = values.reduce((apart, value, j) => Math.max(apart, Math.abs(got[j] - value)), 0);
    difference = Math.max(difference, apart); // once it is no number, it stays none
    isSame = isSame && apart <= ${MOST_APART} * most;
  });
  tf.dispose([inputs, outputs]);
  const describe = (of) =>
    Object.entries(of).map(([name, { dtype, tensorShape }]) => {
      const sizes = (tensorShape.dim ?? []).map(({ size }) => (Number(size) < 0 ? "any" : size));
      return "  " + name + ": [" + sizes.join(", ") + "] " + dtype;
    });
  const { inputs: into, outputs: out } = model.modelSignature;
  show("signature", ["in", ...describe(into), "out", ...describe(out)].join("\\n"));
  const off = difference.toExponential(1);
  if (!isSame) throw new Error("its answers are off by " + off);
  show("state", "It answers as where it was exported: largest difference " + off + ", on " + tf.getBackend() + ".");
  return { difference, model };
}

const answer = run();
answer.catch((error) => show("state", "It does not run here: " + error.message));
`;

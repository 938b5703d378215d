import { readFileSync } from "node:fs";
import { describe, wrongOptions } from "../../../arguments";
import * as tf from "../../../tf";
import { CompileError } from "../../errors";
import { checksum, graphModelFiles } from "../graph-model";
import type { InferenceGraph } from "../inference-graph";
import type { Examples } from "../samples";
import { answerRows } from "./answer-rows";
import { fitDigit } from "./fit-digit";
import { FORM_SCRIPT } from "./form-script";
import { PAGE, STYLE } from "./html";
import { readNumbers } from "./read-numbers";

/** What the page's form knows besides the graph. All of it is JSON but `encodeText`. */
export interface PageForm {
  /** The names of the numbers of an output's last axis, by output: class names, or the tokens of a vocabulary. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  /** The inputs that are numbers of time steps, with the input that they are of: the page fills them in. */
  readonly lengths?: Readonly<Record<string, string>>;
  /** The inputs that are typed as text: what `encodeText` needs of each one's tokenizer. */
  readonly texts?: Readonly<Record<string, object>>;
  /** The text of a function `encodeText(text, tokenizer)` that returns `{ ids, unknown }`; needed with `texts`. */
  readonly encodeText?: string;
}

/**
 * Writes a web page that runs a graph, and needs nothing from elsewhere: the graph model, `tf.min.js` (TensorFlow.js as it
 * is published), an example of inputs and outputs, and a page that runs the example and shows how far the outputs differ
 * from those here, or, when they differ too much, that the model does not run there.
 *
 * Where the inputs take a batch of one and have at most one free size each, the page has a form: a field in which a digit is
 * drawn for float32 inputs of 28×28 pixels, else a field of numbers.
 *
 * The names of the weights and of the example have a checksum of their content; `model.json`, the last file, names them.
 *
 * @example
 *   const w = tf.variable(tf.scalar(2));
 *   const graph = inferenceGraph(({ x }) => ({ y: tf.mul(x, w) }), {
 *     inputs: { x: [null, 3] },
 *     variables: { w },
 *   });
 *   await saveFiles("page", await browserFiles(graph));
 *
 * @param form what the form knows besides: names of outputs' numbers, inputs that are lengths or text. Default: nothing
 * @returns the files of the page's folder, by name, `model.json` last
 * @throws CompileError when the outputs of the graph differ from the function's, or TensorFlow.js does not have an
 *   operation; the message names it
 */
export async function browserFiles(graph: InferenceGraph, form: PageForm = {}): Promise<Record<string, Uint8Array>> {
  checkForm(graph, form);
  const { encodeText = "", ...page } = form;
  const [{ inputs, outputs }] = graph.trials;
  const bytes = Buffer.from(`{"inputs":${listed(inputs)},"outputs":${listed(outputs)},"page":${JSON.stringify(page)}}`);
  const example = `example-${checksum(bytes)}.json`; // the model's own: an older page's would show that the model is off
  const model = await graphModelFiles(graph, { example });
  return {
    "tf.min.js": readFileSync(tf.browserScript()),
    [example]: bytes,
    "run.js": Buffer.from([encodeText, FUNCTIONS, SCRIPT].join("\n\n")),
    "page.css": Buffer.from(STYLE),
    "index.html": Buffer.from(PAGE),
    ...model,
  };
}

/** @throws CompileError for names of the form that the graph does not have, and for texts without `encodeText` */
function checkForm({ inputs, outputs }: InferenceGraph, form: PageForm): void {
  const wrong = wrongOptions(form, ["labels", "lengths", "texts", "encodeText"]);
  if (wrong) throw new CompileError(`browserFiles: form: expected ${wrong.expected}, got ${wrong.actual}`);
  const { labels = {}, lengths = {}, texts = {}, encodeText } = form;
  const check = (what: string, given: object, known: readonly { readonly name: string }[]) => {
    const names = known.map(({ name }) => name);
    const other = Object.keys(given).find((name) => !names.includes(name));
    if (other === undefined) return;
    throw new CompileError(`browserFiles: form.${what}: expected names among ${names.join(", ")}, got ${other}`);
  };
  check("labels", labels, outputs);
  check("lengths", lengths, inputs);
  check("texts", texts, inputs);
  if (Object.keys(texts).length > 0 && typeof encodeText !== "string") {
    throw new CompileError(`browserFiles: form.encodeText: expected a function's text, got ${describe(encodeText)}`);
  }
}

/** The functions of the page that need nothing from outside, as text. */
const FUNCTIONS = [readNumbers, fitDigit, answerRows].map(String).join("\n\n");

/** Inputs or outputs by name, as JSON. */
function listed(of: Examples["inputs"]): string {
  const parts = Object.entries(of).map(([name, { values, ...rest }]) => {
    const numbers = Array.from(values, (value) => (Object.is(value, -0) ? "-0" : JSON.stringify(value)));
    return `${JSON.stringify(name)}:{"values":[${numbers}],${JSON.stringify(rest).slice(1)}`;
  });
  return `{${parts}}`;
}

/**
 * The largest difference of an output, relative to its largest number or to 1 if that is more. It is above the rounding of
 * float32, because a graphics card computes exponentials less exactly than a processor.
 */
const MOST_APART = 1e-3;

const SCRIPT = `// Loads the model beside this page, runs the example it came with, and compares.
const show = (id, text) => { document.getElementById(id).textContent = text; };

async function run() {
  await tf.ready();
  const model = await tf.loadGraphModel("./model.json"); // "model.json" would look for weights at the root of the host
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
  return { difference, model, example };
}

${FORM_SCRIPT}
const answer = run();
answer.then(
  ({ model, example }) => {
    try {
      makeForm(model, example);
    } catch (error) {
      show("said", "There is no form for this model: " + error.message);
    }
  },
  (error) => show("state", "It does not run here: " + error.message),
);
`;

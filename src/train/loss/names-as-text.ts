import { nearestName, plain } from "../../arguments";
import { describe } from "../checks";

/** What Keras calls a function by a text, in small letters without "_", and what is written here: the name first. */
const LOSSES: Readonly<Record<string, string>> = {
  mse: "meanSquaredError",
  l2: "meanSquaredError",
  l2loss: "meanSquaredError",
  mae: "meanAbsoluteError",
  l1: "meanAbsoluteError",
  l1loss: "meanAbsoluteError",
  nll: "crossEntropy",
  nllloss: "crossEntropy",
  categoricalcrossentropy: "crossEntropy",
  sparsecategoricalcrossentropy: "crossEntropy",
  softmaxcrossentropy: "crossEntropy",
  crossentropyloss: "crossEntropy",
  bce: "binaryCrossEntropy",
  bcewithlogits: "binaryCrossEntropy",
  huber: "huberError({ delta: 1 })",
  huberloss: "huberError({ delta: 1 })",
};
const METRICS: Readonly<Record<string, string>> = {
  ...LOSSES,
  acc: "accuracy",
  categoricalaccuracy: "accuracy",
  sparsecategoricalaccuracy: "accuracy",
  binaryaccuracy: "binaryAccuracy",
  auc: 'overAll(rocAuc, { from: "logits" })',
  f1: 'overAll(f1Score, { average: "macro" })',
  f1score: 'overAll(f1Score, { average: "macro" })',
  topkcategoricalaccuracy: "overAll(topKAccuracy, { k: 5 })",
};
const OPTIMIZERS: Readonly<Record<string, string>> = Object.fromEntries(
  ["Adam", "AdamW", "Adagrad", "Adadelta", "Ftrl", "Momentum", "Nadam", "RMSProp"].map((name) => [
    name.toLowerCase(),
    `new ${name}Optimizer({ learningRate: 0.001 })`,
  ]),
);

const LOSS_NAMES = ["meanSquaredError", "meanAbsoluteError", "crossEntropy", "binaryCrossEntropy", "squaredError"];
const METRIC_NAMES = [...LOSS_NAMES, "accuracy", "binaryAccuracy", "perplexity", "bitsPerToken"];

const IMPORTED = new Set([...METRIC_NAMES, "huberError", "overAll", "rocAuc", "f1Score", "topKAccuracy"]);

/** `meanSquaredError, by import { meanSquaredError } from "unroll/train"`; undefined for a text that is no function's name. */
function writtenOut(
  text: string,
  room: string,
  table: Readonly<Record<string, string>>,
  names: readonly string[],
): string | undefined {
  const word = plain(text);
  const code = Object.hasOwn(table, word) ? table[word] : nearestName(text, names);
  if (code === undefined) return undefined;
  const words = code.match(/[a-zA-Z]\w*/g) ?? [];
  const imported = words.filter((word) => IMPORTED.has(word) || word.endsWith("Optimizer"));
  return `${code}, by import { ${imported.join(", ")} } from "${room}"`;
}

/** What to say that a loss may be, where `given` is none. */
export function expectedLoss(given: unknown): string {
  const code = typeof given === "string" ? writtenOut(given, "unroll/train", LOSSES, LOSS_NAMES) : undefined;
  return code === undefined ? "a function" : `a function: loss: ${code}`;
}

/** What to say that a metric may be, where `given` is none. */
export function expectedMetric(name: string, given: unknown): string {
  const code = typeof given === "string" ? writtenOut(given, "unroll/train", METRICS, METRIC_NAMES) : undefined;
  return code === undefined ? "a function" : `a function: ${name}: ${code}`;
}

/** What to say that `metrics` may be, where `given` is a list or one metric: `metrics: { accuracy }`. */
export function expectedMetrics(given: unknown): string {
  const first: unknown = Array.isArray(given) ? given[0] : given;
  if (typeof first === "function" && first.name !== "") return `metrics by name: { ${first.name} }`;
  const code = typeof first === "string" ? writtenOut(first, "unroll/train", METRICS, METRIC_NAMES) : undefined;
  if (code === undefined) return "metrics by name, { accuracy }";
  const [value = "", imported = ""] = code.split(", by ");
  return `metrics by name: { ${/^\w+$/.test(value) ? value : `${first}: ${value}`} }, by ${imported}`;
}

/** What to say that an optimizer may be, where `given` is none. */
export function expectedOptimizer(given: unknown, isClass: boolean): string {
  const usual = "one of unroll/rnn's, say new AdamOptimizer({ learningRate: 0.001 })";
  if (isClass) return `an object: new ${(given as { name: string }).name}({ learningRate: 0.001 })`;
  if (typeof given !== "string") return usual;
  const table = { ...OPTIMIZERS, sgd: "new GradientDescentOptimizer({ learningRate: 0.01 })" };
  const code = writtenOut(given, "unroll/rnn", table, []);
  return code ?? usual;
}

/** What came in place of metrics: the elements of a list of texts too. */
export const givenMetrics = (given: unknown): string =>
  Array.isArray(given) && given.every((each) => typeof each === "string") ? JSON.stringify(given) : describe(given);

import { describe } from "../../arguments";
import type * as tf from "../../tf";
import { ArgumentError } from "../errors";

/** One weight of a model. */
export interface SummaryRow {
  readonly name: string;
  readonly shape: string;
  readonly parameters: number;
}

interface Part {
  readonly variables: readonly tf.Variable[];
  readonly weights?: Readonly<Record<string, tf.Variable>>;
}

/**
 * Lists the weights of a model as a table: one row for each weight with its name, shape and number of parameters, and a
 * last row with the total. A weight that stands in the model twice, such as an embedding of both encoder and decoder,
 * counts once; where weights are frozen, a row before the last one has their number.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 150 });
 *   const head = new Dense({ inputSize: 150, outputSize: 10 });
 *   const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D) => head.call(dynamicRnn(cell, x)[1]));
 *   console.table(summary(model)); // rnn/basic_rnn_cell/kernel, [178, 150], 26700 …
 *
 * @param model of `modelOf`, `statefulModelOf` or `seq2seqModelOf`; a cell or a layer; or a record of cells and layers,
 *   whose names begin the names of their rows
 * @throws ArgumentError when there is nothing with variables
 */
export function summary(model: Part | Readonly<Record<string, Part>>): SummaryRow[] {
  const weights = isPart(model)
    ? namedOf(model)
    : Object.entries(parts(model)).flatMap(([scope, part]) => inScope(scope, part));
  const firstName = new Map<tf.Variable, string>();
  for (const [name, variable] of weights) if (!firstName.has(variable)) firstName.set(variable, name);
  const rows = weights.map(([name, variable]) => {
    const shape = `[${variable.shape.join(", ")}]`;
    const first = firstName.get(variable) as string;
    return first === name
      ? { name, shape, parameters: variable.size }
      : { name: `${name} (as ${first})`, shape, parameters: 0 };
  });
  const sum = (variables: readonly tf.Variable[]) => variables.reduce((total, { size }) => total + size, 0);
  const all = [...firstName.keys()];
  const frozen = all.filter(({ trainable }) => !trainable);
  const parameters = { name: "total", shape: "", parameters: sum(all) };
  return [...rows, ...(frozen.length > 0 ? [{ name: "frozen", shape: "", parameters: sum(frozen) }] : []), parameters];
}

type Named = [name: string, variable: tf.Variable];

const isPart = (value: unknown): value is Part =>
  value !== null && typeof value === "object" && Array.isArray((value as Partial<Part>).variables);

/** The weights of a model, a cell or a layer, by name, or by number where it gives no names. */
const namedOf = ({ weights, variables }: Part): Named[] =>
  weights === undefined ? variables.map((variable, i): Named => [`${i}`, variable]) : Object.entries(weights);

const inScope = (scope: string, part: Part): Named[] =>
  namedOf(part).map(([name, variable]): Named => [scope === "" ? name : `${scope}/${name}`, variable]);

/** @throws ArgumentError when a value is not a record of parts */
function parts(given: Readonly<Record<string, Part>>): Readonly<Record<string, Part>> {
  const expected = "a model, or cells and layers by name";
  if (given === null || typeof given !== "object")
    throw new ArgumentError("summary", "model", expected, describe(given));
  if (Object.keys(given).length === 0) throw new ArgumentError("summary", "model", expected, "none");
  for (const [name, part] of Object.entries(given)) {
    if (!isPart(part)) throw new ArgumentError("summary", `model.${name}`, "a cell or a layer", describe(part));
  }
  return given;
}

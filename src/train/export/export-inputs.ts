import type { ExampleOf, InputSpec } from "../../compile";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import { describe } from "../checks";
import { isRecord, type Leaf, leavesOf, nested, type Structure } from "../structure";

/** The inputs of an exported model: the shape of x, or of its parts by name, and of the lengths that the model uses. */
export interface ExportInputs {
  readonly x: Structure<InputSpec>;
  readonly lengths?: Structure<InputSpec>;
}

/** One input of the graph. */
export interface GraphInput {
  /** Its name in the graph: "x" and "lengths"; of a record, "text" and "text_lengths". */
  readonly name: string;
  /** Its place in a batch: "x.text", "lengths.x.text". */
  readonly path: string;
  readonly spec: InputSpec;
  /** The name of the input whose lengths it has; undefined for a part of x. */
  readonly lengthsOf?: string;
}

const EXPECTED = "an object { x: shape, lengths: shape }, without lengths where the model uses none";

/** The graph's inputs. @throws ArgumentError for shapes of another structure, and for two inputs with one name */
export function graphInputs(where: string, inputs: ExportInputs): readonly GraphInput[] {
  if (inputs === null || typeof inputs !== "object" || Array.isArray(inputs)) {
    throw new ArgumentError(where, "inputs", EXPECTED, describe(inputs));
  }
  const other = Object.keys(inputs).find((name) => name !== "x" && name !== "lengths");
  if (other !== undefined) throw new ArgumentError(where, "inputs", EXPECTED, `also ${other}`);
  const { x, lengths } = inputs;
  if (x === undefined) throw new ArgumentError(where, "inputs.x", "a shape, say [null, null, 28]", "undefined");
  const location = { where, argument: "inputs" };
  const parts = leavesOf(location, "x", x).map(partInput);
  const ofLengths = lengths === undefined ? [] : leavesOf(location, "lengths", lengths);
  const all = [...parts, ...ofLengths.map((leaf) => lengthsInput(where, x, leaf))];
  const twice = all.find(({ name }, i) => all.findIndex((each) => each.name === name) < i);
  if (twice === undefined) return all;
  const first = all.find(({ name }) => name === twice.name) as GraphInput;
  const expected = `inputs with different names: ${first.path} and ${twice.path} would both be ${twice.name}`;
  throw new ArgumentError(where, "inputs", expected, "the same name");
}

const partInput = ({ path, name, value }: Leaf<InputSpec>): GraphInput =>
  name === undefined ? { name: "x", path, spec: value } : { name, path, spec: withOwnSizes(name, value) };

function lengthsInput(where: string, x: ExportInputs["x"], { name, path, value }: Leaf<InputSpec>): GraphInput {
  const spec = asInt32(value);
  if (!isRecord(x)) {
    if (name === undefined) return { name: "lengths", path: "lengths.x", spec, lengthsOf: "x" };
    throw new ArgumentError(where, "inputs.lengths", "a shape, as x is no record", `a record, with ${name}`);
  }
  if (name !== undefined && Object.hasOwn(x, name)) {
    return { name: `${name}_lengths`, path: `lengths.x.${name}`, spec, lengthsOf: name };
  }
  const expected = `a record with names of x, among ${Object.keys(x).join(", ")}`;
  throw new ArgumentError(where, `inputs.${path}`, expected, name ?? describe(value));
}

/**
 * The spec of a part of a record: what is `null` after the first axis is a size of this part alone, because the parts of a
 * record need not have the same number of time steps.
 */
function withOwnSizes(name: string, spec: InputSpec): InputSpec {
  const shape = Array.isArray(spec) ? spec : (spec as { shape?: unknown } | null)?.shape;
  if (!Array.isArray(shape)) return spec; // refused later, with its name
  const own = shape.map((size, axis) => (size === null && axis > 0 ? `${name} ${NULL_SIZES[axis] ?? axis}` : size));
  return Array.isArray(spec) ? own : { ...(spec as Exclude<InputSpec, readonly unknown[]>), shape: own };
}

const NULL_SIZES = ["batch", "steps"];

/** The spec of lengths, which are int32. */
const asInt32 = (spec: InputSpec): InputSpec =>
  Array.isArray(spec)
    ? { shape: spec, dtype: "int32" }
    : { dtype: "int32", ...(spec as Exclude<InputSpec, readonly unknown[]>) };

/** What makes the numbers of the inputs in a trial, by name: lengths, and words; others are made by default. */
export function trialNumbers(
  inputs: readonly GraphInput[],
  variables: Readonly<Record<string, tf.Variable>>,
): Readonly<Record<string, ExampleOf>> {
  const words = trialWords(variables);
  return Object.fromEntries(
    inputs.flatMap(({ name, spec, lengthsOf }): [string, ExampleOf][] => {
      if (lengthsOf !== undefined) return [[name, trialLengths(lengthsOf)]];
      return isInt32(spec) ? [[name, words]] : [];
    }),
  );
}

/**
 * Lengths for a trial: the first is the longest, and each next one is one step shorter, so that every batch has frozen
 * states.
 */
const trialLengths =
  (input: string): ExampleOf =>
  (i, shapes) => {
    const steps = shapes[input]?.[1] ?? 1;
    return steps - (i % steps);
  };

/** Word numbers for a trial that every embedding table has: below the number of rows of the smallest weight. */
function trialWords(variables: Readonly<Record<string, tf.Variable>>): ExampleOf {
  const rows = Object.values(variables).flatMap(({ shape }) => (shape.length > 1 ? [shape[0] as number] : []));
  const words = rows.length === 0 ? 1 : Math.min(...rows);
  return (i) => i % words;
}

const isInt32 = (spec: InputSpec) => !Array.isArray(spec) && (spec as { dtype?: string } | null)?.dtype === "int32";

/** The batch that a model gets for the inputs of the graph. */
export const batchOfInputs = (inputs: readonly GraphInput[], given: Readonly<Record<string, tf.Tensor>>) =>
  nested(Object.fromEntries(inputs.map(({ name, path }) => [path, given[name] as tf.Tensor])));

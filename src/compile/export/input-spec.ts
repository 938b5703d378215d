import { describe, wrongOptions } from "../../arguments";
import type * as tf from "../../tf";
import { CompileError } from "../errors";

/** A size of an input: a number; null, for any size; or a name, for any size that is the same wherever the name stands. */
export type AnySize = number | null | string;

/** The sizes of an input. (The empty list lets TypeScript count the sizes of a list that is written out.) */
type InputShape = readonly AnySize[] | readonly [];

/** An input of an exported graph: its shape, or its shape and type. Default type: float32. */
export type InputSpec = InputShape | { readonly shape: InputShape; readonly dtype?: "float32" | "int32" | "bool" };

/** The tensors that a function gets for inputs of these shapes, by name. */
export type TensorsOfInputs<I extends Readonly<Record<string, InputSpec>>> = {
  readonly [K in keyof I]: I[K] extends InputShape
    ? tf.TensorOfRank<I[K]["length"]>
    : I[K] extends { readonly shape: InputShape }
      ? tf.TensorOfRank<I[K]["shape"]["length"]>
      : tf.Tensor;
};

/** An input that was specified. */
export interface Input {
  readonly name: string;
  readonly dtype: "float32" | "int32" | "bool";
  /** Numbers, and names for free sizes. */
  readonly shape: readonly (number | string)[];
}

const MOST_SIZES = 4;

/**
 * Reads the inputs and the names of their free sizes. `null` on the first axis of any input is the size "batch", on the
 * second axis "steps".
 *
 * @throws CompileError on a wrong name, shape or type, and on more than four free sizes
 */
export function readInputs(specs: Readonly<Record<string, InputSpec>>): { inputs: Input[]; sizes: string[] } {
  if (typeof specs !== "object" || Array.isArray(specs)) {
    throw new CompileError(`export: inputs: expected an object { x: shape }, got ${describe(specs)}`);
  }
  const inputs = Object.entries(specs ?? {}).map(([name, spec]) => readInput(name, spec));
  if (inputs.length === 0) throw new CompileError("export: inputs: expected at least one, by name, got none");
  const sizes = [...new Set(inputs.flatMap(({ shape }) => shape.filter((size) => typeof size === "string")))];
  if (sizes.length <= MOST_SIZES) return { inputs, sizes };
  throw new CompileError(
    `export: inputs: expected at most ${MOST_SIZES} sizes that may be any, got ${sizes.join(", ")}`,
  );
}

function readInput(name: string, spec: InputSpec): Input {
  checkName("inputs", name);
  const isList = Array.isArray(spec) || typeof spec !== "object" || spec === null;
  const { shape, dtype = "float32" } = (isList ? { shape: spec } : spec) as { shape: AnySize[]; dtype?: string };
  const wrong = isList ? undefined : wrongOptions(spec, ["shape", "dtype"]);
  if (wrong) throw new CompileError(`export: inputs.${name}: expected ${wrong.expected}, got ${wrong.actual}`);
  const isSize = (size: unknown) =>
    size === null || (typeof size === "string" && size !== "") || (Number.isInteger(size) && (size as number) > 0);
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    const expected = "a shape of numbers from 1 up, names, and null for a size that may be any";
    const hint = Array.isArray(shape) && shape.includes(-1) ? ": write null for -1" : "";
    throw new CompileError(`export: inputs.${name}: expected ${expected}, got ${listed(shape)}${hint}`);
  }
  if (!["float32", "int32", "bool"].includes(dtype)) {
    throw new CompileError(`export: inputs.${name}: expected float32, int32 or bool, got ${dtype}`);
  }
  return {
    name,
    dtype: dtype as Input["dtype"],
    shape: shape.map((size, axis) => size ?? NULL_SIZES[axis] ?? `axis ${axis}`),
  };
}

/** A shape as the user wrote it: `[null,undefined,-1]`. */
const listed = (shape: unknown): string =>
  Array.isArray(shape) ? `[${shape.map((size) => JSON.stringify(size) ?? String(size))}]` : describe(shape);

/** The names of `null` sizes, by axis. */
const NULL_SIZES = ["batch", "steps"];

/** Checks that a name can be a node's, in TensorFlow and in TensorFlow.js. @throws CompileError */
export function checkName(what: string, name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return;
  throw new CompileError(`export: ${what}: expected names of letters, digits and _, got ${JSON.stringify(name)}`);
}

import { ATTRIBUTE_KINDS, type Attribute } from "../engine/attributes";
import { dtypeName, FLOAT32 } from "../engine/dtypes";
import { CompileError } from "../errors";
import type { Op, Scan, Signature, Trace, Value, WhileLoop } from "./trace";

/**
 * A trace as text, one line for each input and op. `parseTrace` reads it back.
 *
 *   %0: float32[4,3] = input
 *   %1: float32[3,2] = input
 *   %2: float32[4,2] = MatMul(%0, %1) {T: float32, transpose_a: false, transpose_b: false}
 *   %3: float32[] = Const 0.5
 *   %4: float32[4,2] = Mul(%2, %3) {T: float32}
 *   return %4
 *
 * A constant of several equal elements shows one of them. The body of a loop follows its op, indented; the op of a backward
 * loop over time names the loop by its number, `@0`, and its chunk is not printed again. Where an op comes from a cell or a
 * layer, its line ends with that part's name: ` # LSTMCell`.
 */
export const printTrace = (trace: Trace): string => linesOf(trace, new Map()).join("\n");

/** `float32[4,3]`; a size that may be any is a question mark. */
export function printSignature({ shape, dtype }: Signature): string {
  return `${printDtype(dtype)}[${shape.map((size) => (size < 0 ? "?" : size)).join()}]`;
}

function linesOf(trace: Trace, loops: Map<Scan | WhileLoop, number>): string[] {
  const names = new Map<Op, number>();
  let count = trace.inputs.length;
  const name = (value: Value) => `%${"op" in value ? (names.get(value.op) ?? 0) + value.output : value.input}`;
  const inputs = trace.inputs.map((signature, i) => `%${i}: ${printSignature(signature)} = input`);
  const ops = trace.ops.flatMap((op) => {
    names.set(op, count);
    count += op.shapes.length;
    const outputs = op.shapes.map((shape, output) => {
      const signature = { shape, dtype: op.dtypes[output] as number };
      return `${name({ op, output })}: ${printSignature(signature)}`;
    });
    const [line, body] = printOp(op, op.inputs.map(name), loops);
    return [`${outputs.join(", ")} = ${line}${printScope(op)}`, ...body.map((each) => `  ${each}`)];
  });
  return [...inputs, ...ops, `return ${trace.outputs.map(name).join(", ")}`.trimEnd()];
}

/** The part of the model that an op comes from, and its device: ` # LSTMCell on /device:CPU:1`. */
const printScope = ({ scope }: Op): string =>
  scope === undefined ? "" : ` # ${scope.source}${scope.device === undefined ? "" : ` on ${scope.device}`}`;

/** An op without its outputs, and the lines of its loop's body. */
function printOp(
  op: Op,
  inputs: readonly string[],
  loops: Map<Scan | WhileLoop, number>,
): [line: string, body: readonly string[]] {
  if (op.values !== undefined) return [`Const ${printValues(op.values, op.dtypes[0] as number)}`, []];
  const attributes = op.attributes.map((each) => `${each.name}: ${printAttribute(each)}`);
  const call = `${op.name}(${inputs.join(", ")})${attributes.length > 0 ? ` {${attributes.join(", ")}}` : ""}`;
  const loop = op.scan ?? op.loop;
  if (loop === undefined) return [call, []];
  const known = loops.get(loop);
  if (known !== undefined) return [`${call} @${known}`, []];
  const number = loops.size;
  loops.set(loop, number);
  return [`${call} @${number}(${printLoop(loop)})`, linesOf(loop.trace, loops)];
}

function printLoop({ trace: _, counts, ...rest }: Scan | WhileLoop): string {
  const { iterations, counter, size, gradients, recompute, waits }: Partial<Scan & WhileLoop> = rest;
  const fields = { iterations, counter, size, ...counts, gradients, recompute, waits };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given
    .map(([field, value]) => `${field}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`)
    .join(", ");
}

function printValues(values: ArrayLike<number>, dtype: number): string {
  const all = Array.from(values);
  const [first] = all;
  const print = dtype === FLOAT32 ? printFloat32 : printNumber;
  if (first !== undefined && all.every((value) => Object.is(value, first))) return print(first);
  return `[${all.map(print).join(", ")}]`;
}

const printDtype = (dtype: number) => dtypeName(dtype) ?? `dtype${dtype}`;

/** The kind of an attribute shows in its text: an INT has no point, a FLOAT has one. */
function printAttribute({ name, type, value }: Attribute): string {
  switch (type) {
    case ATTRIBUTE_KINDS.TYPE:
      return printDtype(value as number);
    case ATTRIBUTE_KINDS.STRING:
      return JSON.stringify(value);
    case ATTRIBUTE_KINDS.BOOL:
      return String(value);
    case ATTRIBUTE_KINDS.INT:
      return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
    case ATTRIBUTE_KINDS.FLOAT:
      return printNumber(value as number).replace(/^-?\d+$/, "$&.0");
    case ATTRIBUTE_KINDS.SHAPE:
      return `shape[${(value as readonly number[]).join()}]`;
    default:
      throw new CompileError(`printTrace: attribute ${name} is of a kind that has no text`);
  }
}

/** The shortest text that is read back as the same float32 number. */
function printFloat32(value: number): string {
  const rounded = Math.fround(value);
  for (let digits = 1; digits < 9 && Number.isFinite(rounded); digits++) {
    const short = Number(rounded.toPrecision(digits));
    if (Object.is(Math.fround(short), rounded)) return printNumber(short);
  }
  return printNumber(rounded);
}

const printNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

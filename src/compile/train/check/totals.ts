import { attribute } from "../../engine/attributes";
import { FLOAT32, INT32 } from "../../engine/dtypes";
import { intsOp } from "../../ir/ops";
import { needed, type Op, signatureOf, type Trace, type Value } from "../../ir/trace";

/**
 * A trace of the sums of some outputs of another one: for each of them the sum of its numbers, and then a scale, the sum of
 * the absolute numbers that it was summed from. A rounding error is small beside the scale, where it may be large beside a
 * sum of terms of both signs.
 */
export function totalsOf(trace: Trace, outputs: readonly number[]): Trace {
  const ops = [...trace.ops];
  const add = (name: string, inputs: readonly Value[], like: { shape: readonly number[] }, types: TypeAttributes) => {
    const attributes = Object.entries(types).map(([key, value]) =>
      typeof value === "boolean" ? attribute(key, "BOOL", value) : attribute(key, "TYPE", value),
    );
    const op: Op = { name, attributes, inputs, shapes: [like.shape], dtypes: [FLOAT32] };
    ops.push(op);
    return { op, output: 0 };
  };
  const floats = (value: Value): Value => {
    const { shape, dtype } = signatureOf(value, trace);
    if (dtype === FLOAT32) return value;
    return add("Cast", [value], { shape }, { SrcT: dtype, DstT: FLOAT32, Truncate: false });
  };
  const sum = (value: Value): Value => {
    const { shape } = signatureOf(value, trace);
    if (shape.length === 0) return value;
    const axes = intsOp(shape.map((_, axis) => axis));
    ops.push(axes);
    return add("Sum", [value, { op: axes, output: 0 }], { shape: [] }, { T: FLOAT32, Tidx: INT32, keep_dims: false });
  };
  /** The sum of the absolute numbers behind a value, through sums, and sums and products of scalars. */
  const scale = (value: Value): Value => {
    const { name, inputs } = "op" in value ? value.op : { name: "", inputs: [] };
    const [first, second] = inputs as [Value, Value];
    const areScalars = inputs.every((input) => signatureOf(input, trace).shape.length === 0);
    if (["Sum", "Reshape", "Identity", "Neg"].includes(name)) return scale(first);
    if (inputs.length === 2 && areScalars && ["Add", "AddV2", "Sub", "Mul"].includes(name)) {
      const op = name === "Mul" ? name : "AddV2";
      return add(op, [scale(first), scale(second)], { shape: [] }, { T: FLOAT32 });
    }
    const terms = floats(value);
    return sum(add("Abs", [terms], signatureOf(terms, trace), { T: FLOAT32 }));
  };
  const values = outputs.flatMap((output) => {
    const value = trace.outputs[output] as Value;
    return [sum(floats(value)), scale(value)];
  });
  const results = values.map(() => ({ shape: [], dtype: FLOAT32 }));
  return { inputs: trace.inputs, ops: needed(ops, values), outputs: values, results };
}

type TypeAttributes = Readonly<Record<string, number | boolean>>;

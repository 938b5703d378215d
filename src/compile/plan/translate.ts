import { isConstantSmall } from "../emit/graph-writer";
import { DTYPES } from "../engine/dtypes";
import { constantValues } from "../ir/ops";
import { count } from "../ir/shapes";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { usersOf } from "../ir/users";
import { Builder, Unsupported } from "./builder";
import type { Place } from "./instructions";
import { Given, isWord, WRITES } from "./ops";

/** A trace as instructions. */
export interface Translation {
  readonly builder: Builder;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/**
 * Writes a trace as the instructions of a plan.
 *
 * @param isSteady which inputs no call changes: variables that are only read
 * @throws Unsupported where a plan cannot compute the trace
 */
export function translate(trace: Trace, isSteady: (input: number) => boolean): Translation {
  const builder = new Builder();
  const users = usersOf(trace);
  const inputs = trace.inputs.map(({ shape, dtype }, i) => {
    if (!isWord(dtype)) throw new Unsupported(`input ${i}, which is neither float32 nor int32`);
    return builder.kept(count(shape), isSteady(i));
  });
  const made = new Map<Op, readonly Place[]>();
  const placeOf = (value: Value): Place => {
    const place = "op" in value ? made.get(value.op)?.[value.output] : inputs[value.input];
    if (place !== undefined) return place;
    const values = constantValues(value);
    const { dtype } = signatureOf(value, trace);
    if (values === undefined || !isWord(dtype)) throw new Unsupported("a value that is neither float32 nor int32");
    if (!isConstantSmall(dtype, values)) throw new Unsupported("a large constant"); // as in a graph
    const constant = builder.constant(values, dtype);
    made.set((value as { op: Op }).op, [constant]);
    return constant;
  };
  for (const op of trace.ops) {
    if (op.values !== undefined || isLength(op)) continue;
    const write = WRITES[op.name];
    if (write === undefined || !op.dtypes.every(isWord)) throw new Unsupported(op.name);
    if (op.shapes.some((shape) => count(shape) === 0)) throw new Unsupported(`${op.name} of no elements`);
    const read = op.inputs.filter((value) => constantValues(value) === undefined && !isLength(value));
    const build = () => write(new Given(op, builder, users, trace, placeOf));
    made.set(op, builder.dependingOn(read.map(placeOf), build));
  }
  return { builder, inputs, outputs: trace.outputs.map(placeOf) };
}

/** Whether this is the number of time steps, an int64, which `BlockLSTM` takes. */
function isLength(of: Op | Value): boolean {
  const op = "name" in of ? of : "op" in of ? of.op : undefined;
  return op?.name === "Cast" && op.dtypes[0] === DTYPES.int64.number && constantValues(op.inputs[0]) !== undefined;
}

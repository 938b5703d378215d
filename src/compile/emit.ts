import { CompileError } from "./errors";
import type { Attributes, GraphWriter, Ref } from "./graph";
import { type AttrValue, boolAttr, floatAttr, intAttr, intsAttr, shapeAttr, stringAttr, typeAttr } from "./messages";
import type { Attribute, Binding } from "./native";
import type { Op, Origin, Trace } from "./trace";

/** How a trace is placed in a graph: where its inputs are, and how a value from outside is brought in (into a loop). */
export interface Place {
  readonly inputs: readonly Ref[];
  bring(value: Ref, dtype: number): Ref;
  /** For the trace of a shard: makes a draw that is the shard's part of the whole batch's; undefined when it is none. */
  draw?(op: Op): Ref | undefined;
}

/** Writes a trace's operations into a graph; returns its outputs. */
export function emit(writer: GraphWriter, trace: Trace, place: Place): Ref[] {
  const written = new Map<Op, Ref>();
  const refOf = (origin: Origin): Ref => {
    if ("input" in origin) return place.inputs[origin.input] as Ref;
    const name = written.get(origin.op) as Ref;
    return origin.output === 0 ? name : `${name}:${origin.output}`;
  };
  for (const op of trace.ops) {
    const drawn = op.name === DRAW ? place.draw?.(op) : undefined;
    written.set(op, drawn ?? writeOp(writer, op, op.inputs.map(refOf), place));
  }
  return trace.outputs.map(refOf);
}

/** The operation that the library draws random numbers by. */
export const DRAW = "StatelessRandomUniform";

export function writeOp(writer: GraphWriter, op: Op, inputs: readonly Ref[], place: Place): Ref {
  if (op.values !== undefined) {
    const dtype = op.dtypes[0] as number;
    return place.bring(writer.constant(dtype, op.shapes[0] as number[], op.values), dtype);
  }
  return writer.node(op.name, inputs, attributesOf(writer.binding, op));
}

function attributesOf(binding: Binding, op: Op): Attributes {
  const given = op.attributes.map((attribute): [string, AttrValue] => [
    attribute.name,
    attrValue(binding, op.name, attribute),
  ]);
  // The kernel leaves this one to the eager runtime, which a graph has not.
  if (op.name === "ExpandDims") given.push(["T", typeAttr(op.dtypes[0] as number)]);
  return Object.fromEntries(given);
}

function attrValue(binding: Binding, op: string, { name, type, value }: Attribute): AttrValue {
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return typeAttr(value as number);
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? intsAttr(value as number[]) : intAttr(value as number);
    case binding.TF_ATTR_FLOAT:
      return floatAttr(value as number);
    case binding.TF_ATTR_BOOL:
      return boolAttr(value as boolean);
    case binding.TF_ATTR_STRING:
      return stringAttr(value as string);
    case binding.TF_ATTR_SHAPE:
      return shapeAttr(value as number[]);
    default:
      throw new CompileError(`compile: attribute ${name} of ${op} is of a kind that cannot be written into a graph`);
  }
}

import type { Attribute, Binding } from "../engine/backend";
import {
  type AttrValue,
  boolAttr,
  floatAttr,
  intAttr,
  intsAttr,
  shapeAttr,
  stringAttr,
  typeAttr,
} from "../engine/protobuf";
import { CompileError } from "../errors";
import type { Op, Trace } from "../ir/trace";
import type { Attributes, GraphWriter, Ref } from "./graph-writer";
import type { LoopBody } from "./while-loop";

/** How a trace is placed in a graph: where its inputs are, and how a value from the top is brought in (into a loop). */
export interface Placement {
  readonly inputs: readonly Ref[];
  bring(value: Ref, dtype: number): Ref;
  /** For the trace of a shard: makes a draw that is the shard's part of the whole batch's; undefined when it is none. */
  draw?: ((op: Op, key: Ref) => Ref | undefined) | undefined;
  /** The same, in a loop within the shard. */
  drawWithin?(inside: LoopBody): NonNullable<Placement["draw"]>;
}

export function writeOp(writer: GraphWriter, op: Op, inputs: readonly Ref[], place: Placement): Ref {
  if (op.values !== undefined) {
    const dtype = op.dtypes[0] as number;
    return place.bring(writer.constant(dtype, op.shapes[0] as number[], op.values), dtype);
  }
  return writer.node(op.name, inputs, attributesOf(writer.binding, op));
}

export function attributesOf(binding: Binding, op: Op): Attributes {
  const given = op.attributes.map((attribute): [string, AttrValue] => [
    attribute.name,
    attrValue(binding, op.name, attribute),
  ]);
  // The kernel leaves this one to the eager runtime, which a graph has not.
  if (op.name === "ExpandDims") given.push(["T", typeAttr(op.dtypes[0] as number)]);
  return Object.fromEntries(given);
}

export function attrValue(binding: Binding, op: string, { name, type, value }: Attribute): AttrValue {
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

/** Writes a whole trace into a graph: `emit`, given to what writes the loops inside one, so that no import runs in a circle. */
export type EmitTrace = (writer: GraphWriter, trace: Trace, place: Placement) => Ref[];

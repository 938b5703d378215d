import { CompileError } from "./errors";
import type { Attributes, GraphWriter, Ref } from "./graph";
import type { LoopBody } from "./loop";
import { type AttrValue, boolAttr, floatAttr, intAttr, intsAttr, shapeAttr, stringAttr, typeAttr } from "./messages";
import { DRAW } from "./names";
import type { Attribute, Binding } from "./native";
import { type Op, type Origin, originsUsed, type Scan, type Trace } from "./trace";
import { type Left, writeBack, writeThere } from "./write-scan";

/** How a trace is placed in a graph: where its inputs are, and how a value from the top is brought in (into a loop). */
export interface Place {
  readonly inputs: readonly Ref[];
  bring(value: Ref, dtype: number): Ref;
  /** For the trace of a shard: makes a draw that is the shard's part of the whole batch's; undefined when it is none. */
  draw?: ((op: Op, key: Ref) => Ref | undefined) | undefined;
  /** The same, in a loop within the shard. */
  drawWithin?(inside: LoopBody): NonNullable<Place["draw"]>;
}

/** Writes a trace's operations into a graph; returns its outputs. */
export function emit(writer: GraphWriter, trace: Trace, place: Place): Ref[] {
  const written = new Map<Op, Ref | readonly Ref[]>();
  const left = new Map<Scan, Left>();
  const refOf = (origin: Origin): Ref => {
    if ("input" in origin) return place.inputs[origin.input] as Ref;
    const name = written.get(origin.op) as Ref | readonly Ref[];
    if (typeof name !== "string") return name[origin.output] as Ref;
    return origin.output === 0 ? name : `${name}:${origin.output}`;
  };
  for (const op of trace.ops) {
    const inputs = op.inputs.map(refOf);
    if (op.scan !== undefined) written.set(op, emitScan(op, op.scan, inputs));
    else
      written.set(op, (op.name === DRAW && place.draw?.(op, inputs[1] as Ref)) || writeOp(writer, op, inputs, place));
  }
  return trace.outputs.map(refOf);

  function emitScan(op: Op, scan: Scan, inputs: readonly Ref[]): readonly Ref[] {
    const there = left.get(scan);
    if (there !== undefined) return writeBack(writer, scan, inputs, usedOutputs(trace, op), there, place);
    const made = writeThere(writer, scan, inputs, place);
    left.set(scan, made.left);
    return made.outputs;
  }
}

function usedOutputs(trace: Trace, op: Op): Set<number> {
  return new Set(originsUsed(trace).flatMap((origin) => ("op" in origin && origin.op === op ? [origin.output] : [])));
}

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

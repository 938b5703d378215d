import { ATTRIBUTE_KINDS, type Attribute } from "../engine/attributes";
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
import type { LoopContext } from "./while-loop";

/** Where a trace is emitted: what its inputs are in the graph, and how values from outside all loops get there. */
export interface Placement {
  /** The trace's inputs, by number. */
  readonly inputs: readonly Ref[];
  /** Enters a value from outside all loops, such as a constant; the value itself where the trace is in no loop. */
  enter(value: Ref, dtype: number): Ref;
  /** In a shard: writes a random op as the shard's slice of the whole batch's draw; undefined leaves the op as it is. */
  random?: ((op: Op, key: Ref) => Ref | undefined) | undefined;
  /** In a shard: the same for the random ops of a loop over time within it. */
  randomInLoop?(loop: LoopContext): NonNullable<Placement["random"]>;
}

/** Writes one op: a constant, or a node with the op's attributes. @returns its first output */
export function writeOp(writer: GraphWriter, op: Op, inputs: readonly Ref[], { enter }: Placement): Ref {
  if (op.values !== undefined) {
    const dtype = op.dtypes[0] as number;
    return enter(writer.constant(dtype, op.shapes[0] as number[], op.values), dtype);
  }
  return writer.node(op.name, inputs, attributesOf(op));
}

function attributesOf(op: Op): Attributes {
  const attributes = op.attributes.map((attribute): [string, AttrValue] => [
    attribute.name,
    attrValue(op.name, attribute),
  ]);
  // tfjs-node's kernel omits T, because the eager runtime infers it; a graph needs it.
  if (op.name === "ExpandDims") attributes.push(["T", typeAttr(op.dtypes[0] as number)]);
  return Object.fromEntries(attributes);
}

/** A recorded attribute as GraphDef has it. @throws CompileError on a kind of attribute that no op has had so far */
function attrValue(op: string, { name, type, value }: Attribute): AttrValue {
  switch (type) {
    case ATTRIBUTE_KINDS.TYPE:
      return typeAttr(value as number);
    case ATTRIBUTE_KINDS.INT:
      return Array.isArray(value) ? intsAttr(value as number[]) : intAttr(value as number);
    case ATTRIBUTE_KINDS.FLOAT:
      return floatAttr(value as number);
    case ATTRIBUTE_KINDS.BOOL:
      return boolAttr(value as boolean);
    case ATTRIBUTE_KINDS.STRING:
      return stringAttr(value as string);
    case ATTRIBUTE_KINDS.SHAPE:
      return shapeAttr(value as number[]);
    default:
      throw new CompileError(`compile: attribute ${name} of ${op} is of a kind that cannot be written into a graph`);
  }
}

/** The type of `emit`. The writers of loops take it as a parameter: an import of `emit` there would be a circle. */
export type EmitTrace = (writer: GraphWriter, trace: Trace, placement: Placement) => Ref[];

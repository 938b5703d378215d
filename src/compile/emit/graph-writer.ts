import { FLOAT32, INT32, typedArray } from "../engine/dtypes";
import {
  type AttrValue,
  intAttr,
  type NodeDef,
  protobuf,
  shapeAttr,
  stringAttr,
  tensorAttr,
  typeAttr,
} from "../engine/protobuf";
import { CompileError } from "../errors";
import type { Scope } from "../ir/trace";

/** The name of a value in a graph: `node`, or `node:1` for a node's second output. */
export type Ref = string;
/** A control dependency, `^node`: that node must run first, and its outputs are not read. */
export type After = string;
export type Attributes = Readonly<Record<string, AttrValue>>;

/** The largest constant, in bytes. Larger ones belong in arguments or variables: a graph takes seconds to load them and holds them twice. */
const LARGEST_CONSTANT = 64 * 1024;

/** Whether a graph may hold a constant of these values: many different ones are too many. */
export const isConstantSmall = (dtype: number, values: ArrayLike<number>): boolean =>
  isUniform(values, values[0] ?? 0) || typedArray(dtype, values).byteLength <= LARGEST_CONSTANT;

/** Builds a graph node by node; equal constants become one node. */
export class GraphWriter {
  readonly nodes: NodeDef[] = [];
  /** The scope of each node that was written in one, by name: "while". Readers see it, sessions do not. */
  readonly scopes = new Map<string, string>();
  /** The part of the model that each node comes from, by name: "LSTMCell". A profile sums up by it. */
  readonly sources = new Map<string, string>();
  private scope = "";
  private part: Scope | undefined;
  private readonly known = new Set<string>();
  private readonly constants = new Map<string, Ref>();

  /**
   * Adds a node.
   *
   *   const sign = writer.node("Sign", [gradient], { T: typeAttr(FLOAT32) });
   *
   * @param op the name of one of TensorFlow's ops
   * @param name Default: a fresh one.
   * @returns the node's first output
   */
  node(op: string, inputs: readonly (Ref | After)[], attributes: Attributes = {}, name = this.freshName(op)): Ref {
    const node = new (protobuf().NodeDef)();
    node.setName(name);
    node.setOp(op);
    node.setInputList([...inputs]);
    const map = node.getAttrMap();
    for (const [key, value] of Object.entries(attributes)) map.set(key, value);
    this.nodes.push(node);
    if (this.scope !== "") this.scopes.set(name, this.scope);
    if (this.part !== undefined) this.sources.set(name, this.part.source);
    // A constant has no device, because parts on several devices may share it; TensorFlow puts it beside one of its readers.
    if (this.part?.device !== undefined && op !== "Const") node.setDevice(this.part.device);
    return name;
  }

  /**
   * Puts all nodes that `write` adds into a scope, under which TensorBoard draws them as one box. A second scope of the same
   * name gets a number, as in TensorFlow 1.x: "while", "while_1".
   */
  inScope<T>(name: string, write: () => T): T {
    const before = this.scope;
    const path = before === "" ? name : `${before}/${name}`;
    let free = path;
    for (let i = 1; this.known.has(free); i++) free = `${path}_${i}`;
    this.known.add(free);
    this.scope = free;
    try {
      return write();
    } finally {
      this.scope = before;
    }
  }

  /** The nodes that `write` adds come from a part of the model, and run on its device. Default: from the part around it. */
  from<T>(part: Scope | undefined, write: () => T): T {
    const before = this.part;
    this.part = part ?? before;
    try {
      return write();
    } finally {
      this.part = before;
    }
  }

  /** A name that no other node has, for a node that others refer to before it is added. */
  freshName(op: string): string {
    return `${op}_${this.nodes.length}_${this.fresh++}`;
  }
  private fresh = 0;

  /** An input of the graph, which each call feeds. */
  placeholder(name: string, dtype: number, shape: readonly number[]): Ref {
    return this.node("Placeholder", [], { dtype: typeAttr(dtype), shape: shapeAttr(shape) }, name);
  }

  /** A float32 scalar. */
  float(value: number): Ref {
    return this.constant(FLOAT32, [], [value]);
  }

  /** An int32 scalar. */
  int(value: number): Ref {
    return this.constant(INT32, [], [value]);
  }

  /** An int32 vector, such as a shape. */
  ints(values: readonly number[]): Ref {
    return this.constant(INT32, [values.length], values);
  }

  /**
   * A constant. Equal ones are one node; one of more than 16 equal values becomes a Fill, which is as small as a scalar.
   *
   * @throws CompileError when it is larger than 64 KB
   */
  constant(dtype: number, shape: readonly number[], values: ArrayLike<number>): Ref {
    const first = values[0] ?? 0;
    if (values.length > 16 && isUniform(values, first)) return this.fill(dtype, shape, first);
    const bytes = new Uint8Array(typedArray(dtype, values).buffer);
    if (bytes.length > LARGEST_CONSTANT) {
      throw new CompileError(
        `compile: a constant of shape [${shape}] is made of host values inside the function: ${bytes.length} bytes, at ` +
          `most ${LARGEST_CONSTANT} belong in a graph. Pass it as an argument, or keep it in a variable`,
      );
    }
    const key = `${dtype} ${shape} ${Buffer.from(bytes).toString("base64")}`;
    const make = () => this.node("Const", [], { dtype: typeAttr(dtype), value: tensorAttr(dtype, shape, bytes) });
    return this.once(key, make);
  }

  /** A tensor whose values are all the same. */
  fill(dtype: number, shape: readonly number[], value: number): Ref {
    const attributes = { T: typeAttr(dtype), index_type: typeAttr(INT32) };
    const make = () => this.node("Fill", [this.ints(shape), this.constant(dtype, [], [value])], attributes);
    return this.once(`fill ${dtype} ${shape} ${Object.is(value, -0) ? "-0" : value}`, make);
  }

  /** The handle of a variable, which lives as long as the session. */
  variable(name: string, dtype: number, shape: readonly number[]): Ref {
    const names = { shared_name: stringAttr(name), container: stringAttr("") };
    return this.node("VarHandleOp", [], { dtype: typeAttr(dtype), shape: shapeAttr(shape), ...names }, name);
  }

  /** The value of a variable. */
  readVariable(handle: Ref, dtype: number): Ref {
    return this.node("ReadVariableOp", [handle], { dtype: typeAttr(dtype) });
  }

  /** Assigns to a variable. @returns the assignment, for what must run after it */
  assignVariable(handle: Ref, value: Ref, dtype: number, after: readonly After[] = []): After {
    return `^${this.node("AssignVariableOp", [handle, value, ...after], { dtype: typeAttr(dtype) })}`;
  }

  /** The same value, under another name or not before `after` has run. */
  identity(value: Ref, dtype: number, after: readonly After[] = [], name?: string): Ref {
    return this.node("Identity", [value, ...after], { T: typeAttr(dtype) }, name);
  }

  /** An op of two values of one type. */
  binary(op: "AddV2" | "Sub" | "Mul" | "Less" | "DivNoNan", a: Ref, b: Ref, dtype: number): Ref {
    return this.node(op, [a, b], { T: typeAttr(dtype) });
  }

  /** Values of one shape, stacked along a new first axis. */
  pack(values: readonly Ref[], dtype: number): Ref {
    return this.node("Pack", values, { T: typeAttr(dtype), N: intAttr(values.length), axis: intAttr(0) });
  }

  /** The parts of a value along its first axis. */
  unpack(value: Ref, count: number, dtype: number): Ref[] {
    const parts = this.node("Unpack", [value], { T: typeAttr(dtype), num: intAttr(count), axis: intAttr(0) });
    return Array.from({ length: count }, (_, i) => (i === 0 ? parts : `${parts}:${i}`));
  }

  private once(key: string, make: () => Ref): Ref {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.constants.set(key, made);
    return made;
  }
}

function isUniform(values: ArrayLike<number>, first: number): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

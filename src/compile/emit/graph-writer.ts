import type { Binding } from "../engine/backend";
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

/** The name of a value in a graph, as in `node` or `node:1`. */
export type Ref = string;
/** The name of a value that only has to be computed first, as in `^node`. */
export type After = string;
export type Attributes = Readonly<Record<string, AttrValue>>;

/** Constants over this size belong in arguments or variables: in a graph they cost seconds and memory twice. */
const LARGEST_CONSTANT = 64 * 1024;

/** A graph in the making: its nodes, each constant once. */
export class GraphWriter {
  readonly nodes: NodeDef[] = [];
  private readonly constants = new Map<string, Ref>();

  constructor(readonly binding: Binding) {}

  /** Adds an operation; names itself unless told. */
  node(op: string, inputs: readonly (Ref | After)[], attributes: Attributes = {}, name = this.freshName(op)): Ref {
    const node = new (protobuf().NodeDef)();
    node.setName(name);
    node.setOp(op);
    node.setInputList([...inputs]);
    const map = node.getAttrMap();
    for (const [key, value] of Object.entries(attributes)) map.set(key, value);
    this.nodes.push(node);
    return name;
  }

  /** A name that no other node has; for a node that is referred to before it is made. */
  freshName(op: string): string {
    return `${op}_${this.nodes.length}_${this.fresh++}`;
  }
  private fresh = 0;

  placeholder(name: string, dtype: number, shape: readonly number[]): Ref {
    return this.node("Placeholder", [], { dtype: typeAttr(dtype), shape: shapeAttr(shape) }, name);
  }

  float(value: number): Ref {
    return this.constant(this.binding.TF_FLOAT, [], [value]);
  }

  int(value: number): Ref {
    return this.constant(this.binding.TF_INT32, [], [value]);
  }

  /** A list of whole numbers, say a shape. */
  ints(values: readonly number[]): Ref {
    return this.constant(this.binding.TF_INT32, [values.length], values);
  }

  /**
   * A constant; the same values in the same shape are one node, and large ones of one value are filled in the graph.
   *
   * @throws CompileError when it is over 64 KB
   */
  constant(dtype: number, shape: readonly number[], values: ArrayLike<number>): Ref {
    const first = values[0] ?? 0;
    if (values.length > 16 && isUniform(values, first)) return this.fill(dtype, shape, first);
    const bytes = this.bytesOf(dtype, values);
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

  fill(dtype: number, shape: readonly number[], value: number): Ref {
    const { TF_INT32 } = this.binding;
    const attributes = { T: typeAttr(dtype), index_type: typeAttr(TF_INT32) };
    const make = () => this.node("Fill", [this.ints(shape), this.constant(dtype, [], [value])], attributes);
    return this.once(`fill ${dtype} ${shape} ${Object.is(value, -0) ? "-0" : value}`, make);
  }

  /** The handle of a variable that lives as long as the session. */
  variable(name: string, dtype: number, shape: readonly number[]): Ref {
    const names = { shared_name: stringAttr(name), container: stringAttr("") };
    return this.node("VarHandleOp", [], { dtype: typeAttr(dtype), shape: shapeAttr(shape), ...names }, name);
  }

  readVariable(handle: Ref, dtype: number): Ref {
    return this.node("ReadVariableOp", [handle], { dtype: typeAttr(dtype) });
  }

  /** @returns what to wait for until it is done */
  assignVariable(handle: Ref, value: Ref, dtype: number, after: readonly After[] = []): After {
    return `^${this.node("AssignVariableOp", [handle, value, ...after], { dtype: typeAttr(dtype) })}`;
  }

  /** A value under another name, once all of `after` is done. */
  identity(value: Ref, dtype: number, after: readonly After[] = [], name?: string): Ref {
    return this.node("Identity", [value, ...after], { T: typeAttr(dtype) }, name);
  }

  binary(op: "AddV2" | "Sub" | "Mul" | "Less" | "DivNoNan", a: Ref, b: Ref, dtype: number): Ref {
    return this.node(op, [a, b], { T: typeAttr(dtype) });
  }

  pack(values: readonly Ref[], dtype: number): Ref {
    return this.node("Pack", values, { T: typeAttr(dtype), N: intAttr(values.length), axis: intAttr(0) });
  }

  /** A value taken apart by its first axis. */
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

  private bytesOf(dtype: number, values: ArrayLike<number>): Uint8Array {
    const { TF_FLOAT, TF_INT32 } = this.binding;
    if (dtype === TF_FLOAT) return new Uint8Array(Float32Array.from(values).buffer);
    if (dtype === TF_INT32) return new Uint8Array(Int32Array.from(values).buffer);
    return Uint8Array.from(values);
  }
}

function isUniform(values: ArrayLike<number>, first: number): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

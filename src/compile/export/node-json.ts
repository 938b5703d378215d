import { protoNameOf } from "../engine/dtypes";
import { type AttrValue, type NodeDef, protobuf, type ShapeMessage } from "../engine/protobuf";
import { CompileError } from "../errors";

/** A node in TensorFlow.js's graph models: the protocol message in JSON. Integers of 64 bits are strings in it. */
export interface NodeJson {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

/** Converts a node. The values of a constant are left out, because a graph model has them among its weights. */
export function nodeJson(node: NodeDef): NodeJson {
  const attr: Record<string, unknown> = {};
  node.getAttrMap().forEach((value, name) => {
    attr[name] = attrJson(value, `attribute ${name} of ${node.getOp()}`);
  });
  return { name: node.getName(), op: node.getOp(), input: node.getInputList(), attr };
}

function attrJson(value: AttrValue, where: string): unknown {
  const { LIST, S, I, F, B, TYPE, SHAPE, TENSOR } = protobuf().AttrValue.ValueCase;
  switch (value.getValueCase()) {
    case LIST:
      return { list: { i: value.getList().getIList().map(String) } };
    case S:
      return { s: value.getS_asB64() };
    case I:
      return { i: String(value.getI()) };
    case F:
      return { f: value.getF() };
    case B:
      return { b: value.getB() };
    case TYPE:
      return { type: typeName(value.getType(), where) };
    case SHAPE:
      return { shape: shapeJson(value.getShape()) };
    case TENSOR: {
      const tensor = value.getTensor();
      return { tensor: { dtype: typeName(tensor.getDtype(), where), tensorShape: shapeJson(tensor.getTensorShape()) } };
    }
    default:
      throw new CompileError(`export: ${where} is of a kind that graph models of TensorFlow.js do not have`);
  }
}

const shapeJson = (shape: ShapeMessage) => sizesJson(sizesOf(shape));
export const sizesJson = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });
export const sizesOf = (shape: ShapeMessage): number[] => shape.getDimList().map((dim) => dim.getSize());

/** TensorFlow's name of a type, such as DT_FLOAT. @throws CompileError when TensorFlow.js has no such type */
export function typeName(type: number, where: string): string {
  const name = protoNameOf(type);
  if (name === undefined) throw new CompileError(`export: ${where}: TensorFlow.js has no type ${type} of TensorFlow's`);
  return name;
}

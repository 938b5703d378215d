import { ByteWriter } from "../../native";
import { CompileError } from "../errors";
import { type AttrValue, type NodeDef, protobuf, type ShapeMessage } from "./protobuf";

/** The bytes of a GraphDef, as its generated class writes them. @param producer the version of TensorFlow's graph format */
export function graphDefBytes(nodes: readonly NodeDef[], producer: number): Uint8Array {
  const writer = new ByteWriter();
  const write = writers();
  for (const node of nodes) writer.message(1, () => writeNode(writer, node, write));
  writer.message(4, () => writer.number(1, producer));
  return writer.finish();
}

function writeNode(writer: ByteWriter, node: NodeDef, write: Writers): void {
  writer.text(1, node.getName());
  writer.text(2, node.getOp());
  for (const input of node.getInputList()) writer.text(3, input);
  if (node.getDevice() !== "") writer.text(4, node.getDevice());
  const attributes: [string, AttrValue][] = [];
  node.getAttrMap().forEach((value, name) => {
    attributes.push([name, value]);
  });
  attributes.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of attributes) {
    writer.message(5, () => {
      writer.text(1, name);
      writer.message(2, () => writeValue(writer, value, write));
    });
  }
}

function writeValue(writer: ByteWriter, value: AttrValue, writers: Writers): void {
  const kind = value.getValueCase();
  const write = writers[kind];
  if (write === undefined) throw new CompileError(`compile: an attribute of kind ${kind}, which no graph of ours has`);
  write(writer, value);
}

type Writers = Readonly<Record<number, (writer: ByteWriter, value: AttrValue) => void>>;

/** What writes a value of each kind, by TensorFlow's number of the kind. */
const writers = (): Writers => {
  const { ValueCase } = protobuf().AttrValue;
  return {
    [ValueCase.LIST]: (writer, value) => writer.message(1, () => writeInts(writer, value.getList().getIList())),
    [ValueCase.S]: (writer, value) => writer.block(2, Buffer.from(value.getS_asB64(), "base64")),
    [ValueCase.I]: (writer, value) => writer.number(3, value.getI()),
    [ValueCase.F]: (writer, value) => writer.float(4, value.getF()),
    [ValueCase.B]: (writer, value) => writer.number(5, Number(value.getB())),
    [ValueCase.TYPE]: (writer, value) => writer.number(6, value.getType()),
    [ValueCase.SHAPE]: (writer, value) => writer.message(7, () => writeShape(writer, value.getShape())),
    [ValueCase.TENSOR]: (writer, value) => writer.message(8, () => writeTensor(writer, value.getTensor())),
  };
};

function writeInts(writer: ByteWriter, ints: readonly number[]): void {
  if (ints.length === 0) return;
  writer.message(3, () => {
    for (const each of ints) writer.varint(each);
  });
}

function writeShape(writer: ByteWriter, shape: ShapeMessage): void {
  for (const dim of shape.getDimList()) {
    writer.message(2, () => {
      if (dim.getSize() !== 0) writer.number(1, dim.getSize());
    });
  }
}

function writeTensor(writer: ByteWriter, tensor: ReturnType<AttrValue["getTensor"]>): void {
  writer.number(1, tensor.getDtype());
  writer.message(2, () => writeShape(writer, tensor.getTensorShape()));
  const content = tensor.getTensorContent_asU8();
  if (content.length > 0) writer.block(4, content);
}

import * as tf from "../../tf";

/** The classes of TensorFlow's protocol buffers that we use, as protoc generated them for JavaScript. */
export interface Protobuf {
  readonly AttrValue: (new () => AttrValue) & {
    readonly ListValue: new () => ListValue;
    readonly ValueCase: Readonly<Record<"LIST" | "S" | "I" | "F" | "B" | "TYPE" | "SHAPE" | "TENSOR", number>>;
  };
  readonly NodeDef: new () => NodeDef;
  readonly GraphDef: new () => {
    setNodeList(nodes: NodeDef[]): void;
    setVersions(versions: unknown): void;
    serializeBinary(): Uint8Array;
  };
  readonly VersionDef: new () => { setProducer(version: number): void };
  readonly MetaGraphDef: (new () => MetaGraph) & {
    readonly MetaInfoDef: new () => { setTagsList(tags: string[]): void; setTensorflowVersion(version: string): void };
  };
  readonly SignatureDef: new () => {
    getInputsMap(): { set(name: string, value: unknown): void };
    getOutputsMap(): { set(name: string, value: unknown): void };
    setMethodName(name: string): void;
  };
  readonly TensorInfo: new () => {
    setName(name: string): void;
    setDtype(dtype: number): void;
    setTensorShape(shape: unknown): void;
  };
  readonly SavedModel: new () => {
    setSavedModelSchemaVersion(version: number): void;
    addMetaGraphs(graph: unknown): void;
    serializeBinary(): Uint8Array;
  };
  readonly Tensor: new () => TensorMessage;
  readonly TensorShape: (new () => { addDim(dim: unknown): void }) & {
    readonly Dim: new () => { setSize(n: number): void };
  };
}

export interface MetaGraph {
  setMetaInfoDef(info: unknown): void;
  setGraphDef(graph: unknown): void;
  getSignatureDefMap(): { set(name: string, value: unknown): void };
}
export interface AttrValue {
  setType(type: number): void;
  setI(value: number): void;
  setF(value: number): void;
  setB(value: boolean): void;
  setS(value: Uint8Array): void;
  setShape(shape: unknown): void;
  setTensor(tensor: unknown): void;
  setList(list: unknown): void;
  /** Which kind of value this is: one of `ValueCase`. */
  getValueCase(): number;
  getType(): number;
  getI(): number;
  getF(): number;
  getB(): boolean;
  getS_asB64(): string;
  getShape(): ShapeMessage;
  getTensor(): TensorMessage;
  getList(): ListValue;
}
export interface ShapeMessage {
  getDimList(): { getSize(): number }[];
}
interface TensorMessage {
  setDtype(dtype: number): void;
  setTensorShape(shape: unknown): void;
  setTensorContent(bytes: Uint8Array): void;
  getDtype(): number;
  getTensorShape(): ShapeMessage;
  getTensorContent_asU8(): Uint8Array;
}
interface ListValue {
  setIList(values: number[]): void;
  getIList(): number[];
}
export interface NodeDef {
  setName(name: string): void;
  setOp(op: string): void;
  setDevice(device: string): void;
  getDevice(): string;
  setInputList(inputs: string[]): void;
  getInputList(): string[];
  getName(): string;
  getOp(): string;
  getAttrMap(): {
    set(name: string, value: AttrValue): void;
    get(name: string): AttrValue;
    forEach(each: (value: AttrValue, name: string) => void): void;
  };
}

let loaded: Protobuf | undefined;
export function protobuf(): Protobuf {
  loaded ??= tf.nativeMessages() as Protobuf;
  return loaded;
}

function attrValueOf(fill: (value: AttrValue) => void): AttrValue {
  const value = new (protobuf().AttrValue)();
  fill(value);
  return value;
}

export const typeAttr = (type: number) => attrValueOf((value) => value.setType(type));
export const intAttr = (n: number) => attrValueOf((value) => value.setI(n));
export const floatAttr = (x: number) => attrValueOf((value) => value.setF(x));
export const boolAttr = (yes: boolean) => attrValueOf((value) => value.setB(yes));
export const stringAttr = (text: string) => attrValueOf((value) => value.setS(Buffer.from(text)));
export const shapeAttr = (shape: readonly number[]) => attrValueOf((value) => value.setShape(shapeMessage(shape)));

export function intsAttr(values: readonly number[]): AttrValue {
  const list = new (protobuf().AttrValue.ListValue)();
  list.setIList([...values]);
  return attrValueOf((value) => value.setList(list));
}

/** @param bytes the values, little-endian and row-major */
export function tensorAttr(dtype: number, shape: readonly number[], bytes: Uint8Array): AttrValue {
  const tensor = new (protobuf().Tensor)();
  tensor.setDtype(dtype);
  tensor.setTensorShape(shapeMessage(shape));
  tensor.setTensorContent(bytes);
  return attrValueOf((value) => value.setTensor(tensor));
}

export function shapeMessage(shape: readonly number[]): unknown {
  const { TensorShape } = protobuf();
  const message = new TensorShape();
  for (const size of shape) {
    const dim = new TensorShape.Dim();
    dim.setSize(size);
    message.addDim(dim);
  }
  return message;
}

import * as tf from "../../tf";
import { CompileError } from "../errors";

/** A tensor inside the native engine. */
export interface Metadata {
  readonly id: number;
  readonly shape: number[];
  /** TensorFlow's number of the type. */
  readonly dtype: number;
}

/** A tensor's values, read. */
export type NativeValues = Float32Array | Int32Array | Uint8Array;

/** An attribute of a native operation, as kernels give it. */
export interface Attribute {
  readonly name: string;
  /** Which kind of value: one of the binding's `TF_ATTR_…` numbers. */
  readonly type: number;
  readonly value: unknown;
}

/** The addon's functions and numbers. */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): NativeValues;
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Metadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): Metadata[];
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** What the backend knows of the memory behind tensors: values not yet handed over, or the native tensor's id. */
export interface Memory {
  shape: number[];
  dtype: number;
  values: ArrayLike<number> | null;
  id: number;
  refCount: number;
}

/** The parts of the native backend that this room leans on; tfjs-node 4.22 is pinned for their sake. */
export interface NativeBackend {
  binding: Binding;
  readonly tensorMap: {
    has(data: object): boolean;
    get(data: object): Memory;
    set(data: object, memory: Memory): void;
  };
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  createOutputTensor(metadata: Metadata): tf.Tensor;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  move(data: object, values: ArrayLike<number>, shape: number[], dtype: string, refCount: number): void;
  readSync(data: object): unknown;
  read(data: object): Promise<unknown>;
}

/** An attribute of an operation: its name, its kind and its value. A type is TensorFlow's number of it: 1 for float32, 3 for int32. */
export type OpAttribute = readonly [name: string, kind: "TYPE" | "FLOAT" | "BOOL", value: number | boolean];

/**
 * Runs one of TensorFlow's operations by its name, for those that TensorFlow.js has no function for. Nothing is recorded
 * for gradients.
 *
 * @param inputs a bigint is a scalar of 64 bits, which TensorFlow.js has no tensors of
 * @param count how many results it has
 */
export function nativeOp(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly (tf.Tensor | bigint)[],
  count: number,
): tf.Tensor[] {
  const backend = nativeBackend();
  const { binding } = backend;
  const given = attributes.map(([name, kind, value]) => ({ name, type: binding[`TF_ATTR_${kind}`], value }));
  const ids = inputs.map((input) => (typeof input === "bigint" ? long(binding, input) : idOf(input)));
  const made = binding.executeOp(name, given, ids, count);
  for (const [i, input] of inputs.entries()) if (typeof input === "bigint") binding.deleteTensor(ids[i] as number);
  return made.map((metadata) => backend.createOutputTensor(metadata));
}

/** The id of a native scalar of 64 bits. */
function long(binding: Binding, value: bigint): number {
  const short = binding.createTensor([], binding.TF_INT32, Int32Array.of(Number(value)));
  const types = { SrcT: binding.TF_INT32, DstT: INT64 };
  const attributes = Object.entries(types).map(([name, type]) => ({ name, type: binding.TF_ATTR_TYPE, value: type }));
  const truncate = { name: "Truncate", type: binding.TF_ATTR_BOOL, value: false };
  const [made] = binding.executeOp("Cast", [...attributes, truncate], [short], 1) as [Metadata];
  binding.deleteTensor(short);
  return made.id;
}
const INT64 = 9;

/** Whether functions can be compiled here: the native engine is in use. */
export const canCompile = (): boolean => tf.engineInUse.name === "tensorflow" && tf.getBackend() === "tensorflow";

/** @throws CompileError on another engine, which has no graphs */
export function nativeBackend(): NativeBackend {
  if (!canCompile()) {
    throw new CompileError(`compile: needs the native engine, and ${tf.getBackend()} is in use; run without compiling`);
  }
  return tf.backend() as unknown as NativeBackend;
}

export const dtypeOf = (tensor: tf.Tensor): number => nativeBackend().tensorMap.get(tensor.dataId).dtype;

/** The native tensor's id. */
export const idOf = (tensor: tf.Tensor): number => nativeBackend().getInputTensorIds([tensor])[0] as number;

/** In memory of its own: the same tensor, or a variable, may be given for two arguments, and a later call gives others. */
export function copyOf(input: tf.Tensor): tf.Tensor {
  const { TF_ATTR_TYPE: type } = nativeBackend().binding;
  return nativeBackend().executeSingleOutput("Identity", [{ name: "T", type, value: dtypeOf(input) }], [input]);
}

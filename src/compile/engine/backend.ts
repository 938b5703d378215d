import * as tf from "../../tf";
import { CompileError } from "../errors";
import { ATTRIBUTE_KINDS, type Attribute, attribute } from "./attributes";
import { DTYPES, type DtypeName, INT32 } from "./dtypes";

/** A native tensor, as the addon describes it. */
export interface Metadata {
  readonly id: number;
  readonly shape: number[];
  /** TensorFlow's number of the dtype. */
  readonly dtype: number;
}

/** The values of a native tensor, copied to JavaScript. */
export type NativeValues = Float32Array | Int32Array | Uint8Array;

/** The functions of tfjs-node's addon that we use. The numbers of dtypes and attribute kinds stand in tables of ours, too. */
export interface Binding {
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_TYPE: number;
  createTensor(shape: number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): NativeValues;
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Metadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): Metadata[];
}

/**
 * What the backend knows of the memory behind a tensor: values that no native operation has used yet, or the id of the
 * native tensor that holds them.
 */
export interface Memory {
  shape: number[];
  dtype: number;
  values: ArrayLike<number> | null;
  id: number;
  refCount: number;
}

/** The parts of tfjs-node's backend that we use. They are not public, so tfjs-node 4.22 is pinned. */
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
  disposeData(data: object, force?: boolean): boolean;
  read(data: object): Promise<unknown>;
}

/**
 * An attribute of an operation: its name, its kind and its value. A dtype is given by its name, or by TensorFlow's number
 * of it.
 */
export type OpAttribute =
  | readonly [name: string, kind: "TYPE", value: number | DtypeName]
  | readonly [name: string, kind: "FLOAT", value: number]
  | readonly [name: string, kind: "BOOL", value: boolean];

/**
 * Runs one of TensorFlow's operations by its name, because TensorFlow.js has no function for it. No gradient is recorded.
 *
 *   const [y] = nativeOp("Lgamma", [["T", "TYPE", "float32"]], [x], 1);
 *
 * @param inputs a bigint becomes an int64 scalar, because TensorFlow.js has no tensors of int64
 * @param count how many outputs the operation has
 */
export function nativeOp(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly (tf.Tensor | bigint)[],
  count: number,
): tf.Tensor[] {
  const backend = nativeBackend();
  const { binding } = backend;
  const given = attributes.map(([name, kind, value]) => ({
    name,
    type: ATTRIBUTE_KINDS[kind],
    value: typeof value === "string" ? DTYPES[value].number : value,
  }));
  const ids = inputs.map((input) => (typeof input === "bigint" ? int64(binding, input) : idOf(input)));
  const made = binding.executeOp(name, given, ids, count);
  for (const [i, input] of inputs.entries()) if (typeof input === "bigint") binding.deleteTensor(ids[i] as number);
  return made.map((metadata) => backend.createOutputTensor(metadata));
}

/** The id of a native int64 scalar, cast from an int32 because the addon creates no tensors of int64. */
function int64(binding: Binding, value: bigint): number {
  const short = binding.createTensor([], INT32, Int32Array.of(Number(value)));
  const attributes = [
    attribute("SrcT", "TYPE", INT32),
    attribute("DstT", "TYPE", DTYPES.int64.number),
    attribute("Truncate", "BOOL", false),
  ];
  const [made] = binding.executeOp("Cast", attributes, [short], 1) as [Metadata];
  binding.deleteTensor(short);
  return made.id;
}

/** Whether functions can be compiled: only the native engine, tfjs-node, runs graphs. */
export const canCompile = (): boolean => tf.engineInUse.name === "tensorflow" && tf.getBackend() === "tensorflow";

/** @throws CompileError on another engine, because only the native one runs graphs */
export function nativeBackend(): NativeBackend {
  if (!canCompile()) {
    throw new CompileError(`compile: needs the native engine, and ${tf.getBackend()} is in use; run without compiling`);
  }
  return tf.backend() as unknown as NativeBackend;
}

export const dtypeOf = (tensor: tf.Tensor): number => nativeBackend().tensorMap.get(tensor.dataId).dtype;

/** The id of a tensor's native tensor. */
export const idOf = (tensor: tf.Tensor): number => nativeBackend().getInputTensorIds([tensor])[0] as number;

/**
 * The same values as a native tensor of its own. Captured inputs are told apart by their native tensors, and a caller may
 * pass one tensor, or a variable, for two arguments.
 */
export function copyOf(input: tf.Tensor): tf.Tensor {
  return nativeBackend().executeSingleOutput("Identity", [attribute("T", "TYPE", dtypeOf(input))], [input]);
}

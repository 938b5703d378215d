import { guarded, refuse } from "./errors";
import { needAddon } from "./load";
import { NativeTensor } from "./tensor";

/** A tensor of tfjs-node's, as its addon describes it. */
export interface EagerTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** What the bridge needs of tfjs-node's addon. */
export interface EagerBinding {
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_TYPE: number;
  executeOp(name: string, attributes: EagerAttribute[], inputs: number[], outputs: number): EagerTensor[];
}
interface EagerAttribute {
  name: string;
  type: number;
  value: number;
}

/**
 * Takes tensors over from tfjs-node, without a copy: both sides share the memory, and each frees its own tensor.
 *
 * @param ids tensors of tfjs-node's addon, all of one dtype
 * @throws NativeError when tfjs-node refuses
 */
export function takeFromEager(binding: EagerBinding, ids: readonly number[], dtype: number): NativeTensor[] {
  if (ids.length === 0) return [];
  const addon = needAddon();
  try {
    binding.executeOp(ops().exportOp, attributes(binding, ids.length, dtype), [...ids], 0);
  } catch (error) {
    addon.giveTensors([]); // what has come over before the error
    throw error;
  }
  const taken = guarded(() => addon.takeTensors());
  if (taken.length !== ids.length) refuse(`expected ${ids.length} tensors from tfjs-node, got ${taken.length}`);
  return taken.map((handle) => new NativeTensor(handle));
}

/**
 * Gives tensors to tfjs-node, without a copy: both sides share the memory, and each frees its own tensor.
 *
 * @param tensors all of one dtype
 * @throws NativeError when they are not
 */
export function giveToEager(binding: EagerBinding, tensors: readonly NativeTensor[]): EagerTensor[] {
  const [first] = tensors;
  if (first === undefined) return [];
  const addon = needAddon();
  guarded(() => addon.giveTensors(tensors.map(({ handle }) => handle)));
  try {
    const given = attributes(binding, tensors.length, first.dtype);
    return binding.executeOp(ops().importOp, given, [], tensors.length);
  } finally {
    addon.giveTensors([]); // they are there still when tfjs-node fails before it runs the operation
  }
}

const attributes = (binding: EagerBinding, count: number, dtype: number): EagerAttribute[] => [
  { name: "N", type: binding.TF_ATTR_INT, value: count },
  { name: "T", type: binding.TF_ATTR_TYPE, value: dtype },
];

let names: { readonly exportOp: string; readonly importOp: string } | undefined;
function ops() {
  if (names === undefined) {
    const [exportOp, importOp] = needAddon().bridgeOps();
    names = { exportOp, importOp };
  }
  return names;
}

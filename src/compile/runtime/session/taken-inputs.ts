import { type NativeTensor, takeFromEager } from "../../../native";
import type { NativeBackend, NativeValues } from "../../engine/backend";
import { byDtype } from "./by-dtype";
import type { CallInput } from "./graph-session";

/**
 * The inputs of a call, taken over from tfjs-node: without a copy, those of one type by one operation. That takes 20 to 40 µs
 * in a training step, so a tensor that comes a second time in the same place, such as resident data, is kept until another one comes.
 */
export class TakenInputs {
  private readonly seen: (CallInput | undefined)[] = [];
  private readonly kept: (NativeTensor | undefined)[] = [];
  private passing: NativeTensor[] = [];

  constructor(
    private readonly backend: NativeBackend,
    private readonly dtypes: readonly number[],
  ) {
    dropAtDispose(backend);
  }

  /** What the call feeds. The native tensors are the owner's, until `release`. */
  take(inputs: readonly CallInput[]): (NativeTensor | NativeValues)[] {
    const feeds = inputs.map((input, i) => (typeof input === "number" ? this.keptFor(input, i) : input));
    for (const places of byDtype(this.dtypes, (i) => feeds[i] === undefined)) {
      const ids = places.map((i) => inputs[i] as number);
      const tensors = takeFromEager(this.backend.binding, ids, this.dtypes[places[0] as number] as number);
      for (const [k, i] of places.entries()) {
        const tensor = tensors[k] as NativeTensor;
        if (this.seen[i] === inputs[i]) this.keep(tensor, i);
        else this.passing.push(tensor);
        this.seen[i] = inputs[i];
        feeds[i] = tensor;
      }
    }
    return feeds as (NativeTensor | NativeValues)[];
  }

  /** Frees what is not kept for the next call; a run in flight keeps what it reads. */
  release(): void {
    for (const tensor of this.passing) tensor.dispose();
    this.passing = [];
  }

  /** Frees all. */
  close(): void {
    this.release();
    for (const i of this.kept.keys()) this.drop(i);
  }

  /** Ids are never given twice, so the same id is the same tensor. */
  private keptFor(id: number, i: number): NativeTensor | undefined {
    if (this.seen[i] !== id) this.drop(i);
    return this.kept[i];
  }

  private keep(tensor: NativeTensor, i: number): void {
    this.kept[i] = tensor;
    const id = this.seen[i] as number;
    const drops = keptById.get(id) ?? new Set();
    keptById.set(id, drops.add(this));
  }

  private drop(i: number): void {
    const tensor = this.kept[i];
    if (tensor === undefined) return;
    tensor.dispose();
    this.kept[i] = undefined;
    const id = this.seen[i] as number;
    const drops = keptById.get(id);
    drops?.delete(this);
    if (drops?.size === 0) keptById.delete(id);
  }

  /** Drops a tensor that its owner has disposed. */
  dropTensor(id: number): void {
    for (const [i, seen] of this.seen.entries()) if (seen === id) this.drop(i);
  }
}

/** Which calls keep a tensor of tfjs-node, by its id. */
const keptById = new Map<number, Set<TakenInputs>>();
const patched = new WeakSet<object>();

/** Patches the backend so that a tensor's memory is free when the tensor is disposed, though a call has kept it. */
function dropAtDispose(backend: NativeBackend): void {
  const prototype = Object.getPrototypeOf(backend) as NativeBackend;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const { disposeData } = prototype;
  prototype.disposeData = function (data, ...more) {
    const id = keptById.size > 0 && this.tensorMap.has(data) ? this.tensorMap.get(data).id : undefined;
    const isDisposed = disposeData.call(this, data, ...more);
    if (id !== undefined && !this.tensorMap.has(data)) for (const each of keptById.get(id) ?? []) each.dropTensor(id);
    return isDisposed;
  };
}

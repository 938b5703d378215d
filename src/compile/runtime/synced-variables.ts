import * as tf from "../../tf";
import type { NativeBackend } from "../engine/backend";

/**
 * Keeps a session's variables and their tf.Variables in sync, so that a weight has one value, wherever it was written
 * last.
 *
 * A session keeps its variables in native memory of its own. After a call that wrote them, each written tf.Variable points
 * to a pending data id, which has no memory yet: a read of it, or an eager operation on it, first fetches the value from
 * the session. An assignment from JavaScript, or a call of another session, makes the tf.Variable point to another data
 * id; the next call sees that and sends the value in. So nothing is copied while only one session trains, and nothing is
 * ever stale.
 */
export class SyncedVariables {
  /** The data id of each variable when the session last had its value. */
  private readonly seen: (object | undefined)[];
  /** The pending data ids: the session has their values, and JavaScript has not asked for them yet. */
  private pending = new Set<object>();

  constructor(
    private readonly backend: NativeBackend,
    readonly variables: readonly tf.Variable[],
    /** Reads all variables of the session; returns the ids of native tensors. */
    private readonly fetch: () => number[],
    /** Assigns native tensors to all variables of the session. */
    private readonly send: (ids: readonly number[]) => void,
  ) {
    this.seen = variables.map(() => undefined);
    fetchBeforeUse(backend);
  }

  /** Before a call: where a variable was written elsewhere, sends all values into the session. */
  beforeCall(): void {
    if (this.variables.every((variable, i) => variable.dataId === this.seen[i])) return;
    this.fetchAll(); // a clone may still point to a pending value, which is about to be overwritten
    this.send(this.backend.getInputTensorIds(this.variables));
    this.variables.forEach((variable, i) => {
      this.seen[i] = variable.dataId;
    });
  }

  /** Before a call that writes: where a clone shares a pending data id, fetches the value, which the clone keeps. */
  beforeWrite(): void {
    let shared = false;
    for (const data of this.pending) {
      if (!this.backend.tensorMap.has(data))
        this.pending.delete(data); // assigned anew, or disposed
      else if (this.backend.tensorMap.get(data).refCount > 1) shared = true;
    }
    if (shared) this.fetchAll();
  }

  /** After a call that wrote the first `count` variables: only the session has their values. */
  afterWrite(count: number): void {
    this.variables.slice(0, count).forEach((variable, i) => {
      if (!this.pending.has(variable.dataId)) this.seen[i] = this.makePending(variable); // else it still is
    });
  }

  /** Fetches all pending values from the session. */
  fetchAll(): void {
    const pending = this.pending;
    if (pending.size === 0) return;
    this.pending = new Set();
    const ids = this.fetch();
    this.seen.forEach((data, i) => {
      const id = ids[i] as number;
      if (data !== undefined && pending.has(data) && this.backend.tensorMap.has(data)) {
        this.backend.tensorMap.get(data).id = id;
        ownerOf.delete(data);
      } else {
        this.backend.binding.deleteTensor(id);
      }
    });
  }

  /** Points a variable to a new data id, which has no memory yet. @returns the data id */
  private makePending(variable: tf.Variable): object {
    const { shape, dtype } = variable;
    const memory = this.backend.tensorMap.get(variable.dataId);
    const data = {};
    this.backend.tensorMap.set(data, { shape, dtype: memory.dtype, values: null, id: NO_MEMORY, refCount: 1 });
    const tensor = tf.engine().makeTensorFromDataId(data, shape, dtype);
    variable.assign(tensor);
    tensor.dispose();
    this.pending.add(data);
    ownerOf.set(data, this);
    return data;
  }
}

/** The native id of a pending value. The backend deletes no native tensor of this id when such a tensor is disposed. */
const NO_MEMORY = -1;

/** Which variables fetch a pending data id. */
const ownerOf = new WeakMap<object, SyncedVariables>();
const patched = new WeakSet<object>();

/** Patches the backend so that a pending value is fetched before an operation uses it or JavaScript reads it. */
function fetchBeforeUse(backend: NativeBackend): void {
  if (patched.has(backend)) return;
  patched.add(backend);
  const prototype = Object.getPrototypeOf(backend) as NativeBackend;
  const { getInputTensorIds, readSync } = prototype;
  prototype.getInputTensorIds = function (tensors) {
    for (const { dataId } of tensors) if (dataId !== undefined) ownerOf.get(dataId)?.fetchAll();
    return getInputTensorIds.call(this, tensors);
  };
  prototype.readSync = function (data) {
    ownerOf.get(data)?.fetchAll();
    return readSync.call(this, data);
  };
}

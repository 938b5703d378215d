import * as tf from "../../tf";
import type { NativeBackend } from "../engine/backend";

/**
 * The one truth about a weight, wherever it was last written.
 *
 * A session keeps its variables in native memory of its own. After a step that wrote them, the tf.Variables point to
 * memory that is not there yet: reading one, or using it in an eager operation, fetches it from the session first. An
 * assignment from JavaScript, or another session's step, leaves a variable pointing elsewhere; that is seen before the
 * next step, and the value is sent in. So nothing is copied while only one session trains, and nothing is ever stale.
 */
export class SyncedVariables {
  /** What each variable pointed to when the session last knew its value. */
  private readonly seen: (object | undefined)[];
  /** Those of the session's values that JavaScript has not asked for yet. */
  private waiting = new Set<object>();

  constructor(
    private readonly backend: NativeBackend,
    readonly variables: readonly tf.Variable[],
    /** Reads all of the session's variables; returns native tensors. */
    private readonly fetch: () => number[],
    /** Sends all variables into the session. */
    private readonly send: (ids: readonly number[]) => void,
  ) {
    this.seen = variables.map(() => undefined);
    watch(backend);
  }

  /** Before a step: sends in what was written elsewhere, and keeps for others what is about to be overwritten. */
  beforeStep(): void {
    if (this.variables.some((variable, i) => variable.dataId !== this.seen[i])) {
      this.fetchAll(); // clones of values that are about to be overwritten
      this.send(this.backend.getInputTensorIds(this.variables));
      this.variables.forEach((variable, i) => {
        this.seen[i] = variable.dataId;
      });
    }
  }

  /** Before a step that writes: a copy of a variable that shares its memory, as tf.clone does, keeps the old value. */
  beforeWrite(): void {
    let shared = false;
    for (const data of this.waiting) {
      if (!this.backend.tensorMap.has(data))
        this.waiting.delete(data); // assigned anew, or disposed
      else if (this.backend.tensorMap.get(data).refCount > 1) shared = true;
    }
    if (shared) this.fetchAll();
  }

  /** After a step that wrote the first so many variables: their values are in the session, and nowhere else. */
  afterWrite(count: number): void {
    this.variables.slice(0, count).forEach((variable, i) => {
      if (!this.waiting.has(variable.dataId)) this.seen[i] = this.unfetched(variable); // else nobody asked for it since
    });
  }

  /** Fetches all that is still only in the session, before it closes. */
  fetchAll(): void {
    const waiting = this.waiting;
    if (waiting.size === 0) return;
    this.waiting = new Set();
    const ids = this.fetch();
    this.seen.forEach((data, i) => {
      const id = ids[i] as number;
      if (data !== undefined && waiting.has(data) && this.backend.tensorMap.has(data)) {
        this.backend.tensorMap.get(data).id = id;
        pending.delete(data);
      } else {
        this.backend.binding.deleteTensor(id);
      }
    });
  }

  private unfetched(variable: tf.Variable): object {
    const { shape, dtype } = variable;
    const memory = this.backend.tensorMap.get(variable.dataId);
    const data = {};
    this.backend.tensorMap.set(data, { shape, dtype: memory.dtype, values: null, id: NOWHERE, refCount: 1 });
    const tensor = tf.engine().makeTensorFromDataId(data, shape, dtype);
    variable.assign(tensor);
    tensor.dispose();
    this.waiting.add(data);
    pending.set(data, this);
    return data;
  }
}

/** The id of memory that is still in a session. The backend leaves it alone when such a tensor is disposed. */
const NOWHERE = -1;

/** Memory that is still in a session, and whose. */
const pending = new WeakMap<object, SyncedVariables>();
const watched = new WeakSet<object>();

/** Has the backend fetch memory that is still in a session before it is used. */
function watch(backend: NativeBackend): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const prototype = Object.getPrototypeOf(backend) as NativeBackend;
  const { getInputTensorIds, readSync } = prototype;
  prototype.getInputTensorIds = function (tensors) {
    for (const { dataId } of tensors) if (dataId !== undefined) pending.get(dataId)?.fetchAll();
    return getInputTensorIds.call(this, tensors);
  };
  prototype.readSync = function (data) {
    pending.get(data)?.fetchAll();
    return readSync.call(this, data);
  };
}

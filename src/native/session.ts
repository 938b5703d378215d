import type { CallHandle, RawPort, RawTraced, SessionHandle, TensorHandle, Values } from "./addon";
import { guarded, nativeError } from "./errors";
import { needAddon } from "./load";
import { NativeTensor } from "./tensor";

/** A graph in a session of TensorFlow's. */
export class Session {
  private readonly handle: SessionHandle;

  /**
   * @param graphDef the bytes of a GraphDef message
   * @param config the bytes of a ConfigProto message, which `configProto` makes
   * @throws NativeError when TensorFlow refuses the graph or the configuration
   */
  constructor(graphDef: Uint8Array, config: Uint8Array = new Uint8Array()) {
    this.handle = guarded(() => needAddon().newSession(graphDef, config));
  }

  /** The names of the devices, as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  devices(): string[] {
    return guarded(() => needAddon().listDevices(this.handle));
  }

  /**
   * Resolves the names of a call once, so that each run costs little more than its operations.
   *
   * @param feeds the tensors that a run is given: "node", or "node:1" for its second output
   * @param fetches the tensors that a run gives
   * @param targets nodes that a run executes beside
   * @throws NativeError NOT_FOUND when the graph has no such node
   */
  prepare(feeds: readonly string[], fetches: readonly string[], targets: readonly string[] = []): PreparedCall {
    return new PreparedCall(
      guarded(() => needAddon().prepare(this.handle, feeds, fetches, targets)),
      feeds.length,
    );
  }

  /**
   * Blocks until no asynchronous run of the session is in flight. The variables then have their values; the promises of
   * the runs are settled later, when the event loop has its turn.
   */
  waitForRuns(): void {
    guarded(() => needAddon().waitForRuns(this.handle));
  }

  /**
   * Closes the session: runs in flight are cancelled, further runs fail. The memory is freed when the last run has ended
   * and its prepared calls are disposed or collected.
   */
  close(): void {
    guarded(() => needAddon().closeSession(this.handle));
    guarded(() => needAddon().free(this.handle));
  }
}

/** What a run is given: a tensor, or a typed array where the graph knows the shape, which is copied. */
export type Feed = NativeTensor | Values;

/** What the graph says of a feed or fetch; a size that it does not know is -1. */
export interface Port {
  readonly dtype: number;
  /** undefined where the graph does not know the rank */
  readonly shape: readonly number[] | undefined;
}

/** A run's outputs, and the bytes of its RunMetadata message. */
export interface Traced {
  readonly outputs: NativeTensor[];
  readonly metadata: Uint8Array;
}

/**
 * A call of a session, made by `Session.prepare`. `run` blocks; `runAsync` runs on another thread, and its promise fails
 * with the error that `run` would throw. Runs may overlap. All of them throw NativeError: INVALID_ARGUMENT for an input of
 * another dtype, shape or number, before anything runs; DEADLINE_EXCEEDED after `timeoutMs`; CANCELLED when the session was
 * closed meanwhile; otherwise what the operation that failed says.
 */
export class PreparedCall {
  readonly feeds: readonly Port[];
  readonly fetches: readonly Port[];

  /** @param feedCount how many of the call's ports are feeds */
  constructor(
    private readonly handle: CallHandle,
    feedCount: number,
  ) {
    const ports = guarded(() => needAddon().ports(handle)).map(portOf);
    this.feeds = ports.slice(0, feedCount);
    this.fetches = ports.slice(feedCount);
  }

  /**
   * Runs the call, and waits for it.
   *
   * @param options the bytes of a RunOptions message, which `runOptions` makes
   */
  run(inputs: readonly Feed[], options?: Uint8Array): NativeTensor[] {
    return tensorsOf(guarded(() => needAddon().run(this.handle, handlesOf(inputs), undefined, options)));
  }

  /** Runs the call on another thread. */
  async runAsync(inputs: readonly Feed[], options?: Uint8Array): Promise<NativeTensor[]> {
    return tensorsOf(await awaited(() => needAddon().runAsync(this.handle, handlesOf(inputs), undefined, options)));
  }

  /**
   * Runs the call, and copies its outputs into arrays that are there: the fastest way, since it makes no objects.
   *
   * @param into a typed array for each fetch
   */
  runInto(inputs: readonly Feed[], into: readonly Values[], options?: Uint8Array): void {
    guarded(() => needAddon().run(this.handle, handlesOf(inputs), into, options));
  }

  /** The same on another thread. Until it has ended, the arrays may have their old values. */
  async runIntoAsync(inputs: readonly Feed[], into: readonly Values[], options?: Uint8Array): Promise<void> {
    await awaited(() => needAddon().runAsync(this.handle, handlesOf(inputs), into, options));
  }

  /** Runs the call, and gives its trace too; `options` say what is traced: `runOptions({ trace: "full" })`. */
  runTraced(inputs: readonly Feed[], options: Uint8Array): Traced {
    return tracedOf(guarded(() => needAddon().run(this.handle, handlesOf(inputs), undefined, options, true)));
  }

  /** The same on another thread. */
  async runTracedAsync(inputs: readonly Feed[], options: Uint8Array): Promise<Traced> {
    return tracedOf(
      await awaited(() => needAddon().runAsync(this.handle, handlesOf(inputs), undefined, options, true)),
    );
  }

  /** Frees the call; its session may then be freed too. */
  dispose(): void {
    guarded(() => needAddon().free(this.handle));
  }
}

function portOf([dtype, ...shape]: RawPort): Port {
  return {
    dtype: dtype as number,
    shape: shape[0] === undefined && shape.length > 0 ? undefined : (shape as number[]),
  };
}

const handlesOf = (inputs: readonly Feed[]) =>
  inputs.map((input) => (input instanceof NativeTensor ? input.handle : input));
const tensorsOf = (handles: readonly TensorHandle[]) => handles.map((handle) => new NativeTensor(handle));
const tracedOf = ([outputs, metadata]: RawTraced): Traced => ({ outputs: tensorsOf(outputs), metadata });

/** Awaits a run. @throws NativeError when it fails */
async function awaited<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw nativeError(error);
  }
}

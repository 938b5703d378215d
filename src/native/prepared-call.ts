import type { CallHandle, Description, RawTraced, TensorHandle, Values } from "./addon";
import { guarded, nativeError, refuse } from "./errors";
import { needAddon } from "./load";
import { checkArray, NativeTensor } from "./tensor";

/** What a run is given: a tensor, or a typed array where the graph knows the shape, which is copied. */
export type Feed = NativeTensor | Values;

/** What the graph says of a feed or fetch; a size that it does not know is -1. */
export interface Port {
  readonly dtype: number;
  /** undefined where the graph does not know the rank */
  readonly shape: readonly number[] | undefined;
  /** How many elements it has; undefined where the graph does not know all sizes. */
  readonly count: number | undefined;
}

/** A run that was started. */
export interface StartedRun {
  /** Fulfilled when the run has ended, well or not. */
  readonly ended: Promise<void>;
  /** The outputs; where the run has not ended, JavaScript waits. To be called once. @throws NativeError when the run fails */
  outputs(): NativeTensor[];
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
  constructor(
    private readonly handle: CallHandle,
    readonly feeds: readonly Port[],
    readonly fetches: readonly Port[],
  ) {}

  /**
   * Runs the call, and waits for it.
   *
   * @param options the bytes of a RunOptions message, which `runOptions` makes
   */
  run(inputs: readonly Feed[], options?: Uint8Array): NativeTensor[] {
    const given = this.given(inputs);
    return tensorsOf(guarded(() => needAddon().run(this.handle, given, options)));
  }

  /** Runs the call on another thread. */
  async runAsync(inputs: readonly Feed[], options?: Uint8Array): Promise<NativeTensor[]> {
    const given = this.given(inputs);
    return tensorsOf(await awaited(() => needAddon().runAsync(this.handle, given, options)));
  }

  /** Begins a run on another thread, which JavaScript may also wait for. */
  start(inputs: readonly Feed[], options?: Uint8Array): StartedRun {
    const given = this.given(inputs);
    const [run, ended] = guarded(() => needAddon().startRun(this.handle, given, options));
    const outputs = () => {
      try {
        return tensorsOf(guarded(() => needAddon().outputsOf(run)));
      } finally {
        needAddon().free(run);
      }
    };
    return { ended, outputs };
  }

  /**
   * Runs the call, and copies its outputs into arrays that are there: the fastest way, since it makes no objects.
   *
   * @param into a typed array for each fetch
   */
  runInto(inputs: readonly Feed[], into: readonly Values[], options?: Uint8Array): void {
    if (into.length !== this.fetches.length) refuse(`into: expected ${this.fetches.length} arrays, got ${into.length}`);
    for (let i = 0; i < into.length; i++) this.checkFit(`into ${i}`, this.fetches[i] as Port, into[i] as Values);
    const given = this.given(inputs);
    guarded(() => needAddon().runInto(this.handle, given, options, into));
  }

  /** Runs the call, and gives its trace too; `options` say what is traced: `runOptions({ trace: "full" })`. */
  runTraced(inputs: readonly Feed[], options: Uint8Array): Traced {
    const given = this.given(inputs);
    return tracedOf(guarded(() => needAddon().run(this.handle, given, options, true)));
  }

  /** The same on another thread. */
  async runTracedAsync(inputs: readonly Feed[], options: Uint8Array): Promise<Traced> {
    const given = this.given(inputs);
    return tracedOf(await awaited(() => needAddon().runAsync(this.handle, given, options, true)));
  }

  /** Frees the call; its session may then be freed too. */
  dispose(): void {
    guarded(() => needAddon().free(this.handle));
  }

  /** Checks the inputs. @returns what the addon takes */
  private given(inputs: readonly Feed[]): (TensorHandle | Values)[] {
    const { feeds } = this;
    if (inputs.length !== feeds.length) refuse(`expected ${feeds.length} inputs, got ${inputs.length}`);
    return inputs.map((input, i) => {
      const port = feeds[i] as Port;
      if (input instanceof NativeTensor) {
        const { dtype, shape } = input;
        if (dtype !== port.dtype) refuse(`input ${i}: expected dtype ${port.dtype}, got ${dtype}`);
        if (!fits(shape, port.shape)) refuse(`input ${i}: expected shape [${port.shape}], got [${shape}]`);
        return input.handle;
      }
      if (port.count === undefined) {
        return refuse(`input ${i}: the graph does not know its shape, so it must be a tensor`);
      }
      this.checkFit(`input ${i}`, port, input);
      return input;
    });
  }

  private checkFit(what: string, { dtype, count }: Port, values: Values): void {
    checkArray(dtype, values, what);
    if (count !== undefined && values.length !== count) {
      refuse(`${what}: expected ${count} elements, got ${values.length}`);
    }
  }
}

/** What the graph says of a feed or fetch, from the addon's description. */
export function portOf([dtype, rank, ...shape]: Description): Port {
  const isKnown = rank >= 0 && shape.every((size) => size >= 0);
  const count = isKnown ? shape.reduce((product, size) => product * size, 1) : undefined;
  return { dtype, shape: rank < 0 ? undefined : shape, count };
}

function fits(shape: readonly number[], expected: readonly number[] | undefined): boolean {
  if (expected === undefined) return true;
  return shape.length === expected.length && expected.every((size, i) => size < 0 || size === shape[i]);
}

const tensorsOf = (handles: readonly TensorHandle[]) => handles.map((handle) => new NativeTensor(handle));
const tracedOf = ([outputs, metadata]: RawTraced): Traced => ({
  outputs: tensorsOf(outputs),
  metadata: new Uint8Array(metadata),
});

/** Awaits a run. @throws NativeError when it fails */
async function awaited<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw nativeError(error);
  }
}

import type { CallHandle, Description, RawTraced, TensorHandle, Values } from "./addon";
import { guarded, refuse } from "./errors";
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

  /** Begins a run on another thread, which JavaScript may also wait for. */
  start(inputs: readonly Feed[], options?: Uint8Array): StartedRun {
    const { ended, outputs } = this.begin(inputs, options);
    return { ended, outputs: () => tensorsOf(outputs() as TensorHandle[]) };
  }

  /** Runs the call on another thread. */
  async runAsync(inputs: readonly Feed[], options?: Uint8Array): Promise<NativeTensor[]> {
    const { ended, outputs } = this.start(inputs, options);
    await ended;
    return outputs();
  }

  /** Runs the call, and gives its trace too; `options` say what is traced: `runOptions({ trace: "full" })`. */
  runTraced(inputs: readonly Feed[], options: Uint8Array): Traced {
    const given = this.given(inputs);
    return tracedOf(guarded(() => needAddon().run(this.handle, given, options, true)));
  }

  /** The same on another thread. */
  async runTracedAsync(inputs: readonly Feed[], options: Uint8Array): Promise<Traced> {
    const { ended, outputs } = this.begin(inputs, options, true);
    await ended;
    return tracedOf(outputs() as RawTraced);
  }

  /** Frees the call; its session may then be freed too. */
  dispose(): void {
    guarded(() => needAddon().free(this.handle));
  }

  private begin(inputs: readonly Feed[], options?: Uint8Array, isTraced = false) {
    const given = this.given(inputs);
    const [run, ended] = guarded(() => needAddon().startRun(this.handle, given, options, isTraced));
    const outputs = () => {
      try {
        return guarded(() => needAddon().outputsOf(run));
      } finally {
        needAddon().free(run);
      }
    };
    return { ended, outputs };
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
      checkArray(port.dtype, input, `input ${i}`);
      if (input.length === port.count) return input;
      return refuse(`input ${i}: expected ${port.count} elements, got ${input.length}`);
    });
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

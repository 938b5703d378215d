import type { SessionHandle } from "./addon";
import { guarded } from "./errors";
import { needAddon } from "./load";
import { PreparedCall, portOf } from "./prepared-call";

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
    const [call, ...ports] = guarded(() => needAddon().prepare(this.handle, feeds, fetches, targets));
    return new PreparedCall(call, ports.slice(0, feeds.length).map(portOf), ports.slice(feeds.length).map(portOf));
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

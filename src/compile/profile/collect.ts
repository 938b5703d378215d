import { type ExecutedNode, executedNodes } from "./step-stats";

/** An operation that ran while a profile was taken. */
export interface ProfiledOp {
  /** TensorFlow's name of the operation: "MatMul". */
  readonly op: string;
  /** The cell or layer that the operation comes from: `MultiRNNCell/LSTMCell_1`; of its gradient, below `gradients/`. */
  readonly source: string;
  /** The name of the node in the graph. */
  readonly node: string;
  /** The device on which it ran: "/device:CPU:0". */
  readonly device: string;
  readonly thread: number;
  /** When it began, in microseconds after the first operation of the profile. */
  readonly start: number;
  /** How long its kernel ran, in microseconds. */
  readonly duration: number;
}

/** What sessions give while a profile is taken. */
export interface Collector {
  /**
   * Adds one run of a session.
   *
   * @param metadata the bytes of its RunMetadata, of a full trace
   * @param sources the part of the model that each node comes from, by the node's name
   */
  add(metadata: Uint8Array, sources: ReadonlyMap<string, string>): void;
  /**
   * Adds a run of a plan, whose operations have no times of their own.
   *
   * @param start by `performance.now()`, in milliseconds
   */
  addPlan(start: number): void;
}

let active: Collector | undefined;

/** Where a session adds its runs; undefined while no profile is taken, and then it traces nothing. */
export const collector = (): Collector | undefined => active;

/** Collects the operations of all sessions while `run` runs, or until its promise settles. */
export class Collection implements Collector {
  private readonly runs: { readonly metadata: Uint8Array; readonly sources: ReadonlyMap<string, string> }[] = [];
  private readonly plans: (ExecutedNode & { readonly source: string })[] = [];

  add(metadata: Uint8Array, sources: ReadonlyMap<string, string>): void {
    this.runs.push({ metadata, sources });
  }

  addPlan(start: number): void {
    const [begin, duration] = [1000 * (performance.timeOrigin + start), 1000 * (performance.now() - start)];
    this.plans.push({ node: "", op: PLAN, source: PLAN, device: CPU, thread: 0, start: begin, duration });
  }

  get count(): number {
    return this.runs.length + this.plans.length;
  }

  /** Begins to collect. @returns a function that ends it */
  begin(): () => void {
    const before = active;
    active = this;
    return () => {
      active = before;
    };
  }

  /** The operations, in the order in which they began. */
  ops(): ProfiledOp[] {
    const ofSessions = this.runs.flatMap(({ metadata, sources }) =>
      executedNodes(metadata).map((each) => ({ ...each, source: sourceOf(each.node, sources) })),
    );
    const executed = [...ofSessions, ...this.plans];
    const first = executed.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
    return executed
      .sort((a, b) => a.start - b.start)
      .map(({ node, op, source, device, thread, start, duration }) => ({
        op,
        source,
        node,
        device: device.replace(/^.*(?=\/device:)/, ""),
        thread,
        start: start - first,
        duration,
      }));
  }
}

/** A small function that the library's own kernels computed without a session: one row, with the work around it. */
const PLAN = "(plan)";
const CPU = "/device:CPU:0";

/** The source of operations that belong to no cell and no layer, such as those of the loss. */
export const OUTSIDE = "(outside cells and layers)";

/** TensorFlow's rewrites name a node that they make after the one it stands for: `prefix/MatMul_5_2` or `MatMul_5_2/suffix`. */
function sourceOf(node: string, sources: ReadonlyMap<string, string>): string {
  for (const part of [node, ...node.split("/").reverse()]) {
    const source = sources.get(part);
    if (source !== undefined) return source;
  }
  return OUTSIDE;
}

import { describe } from "../../arguments";
import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { ArgumentSignature } from "../shard/argument";
import { RecentlyUsed } from "./recently-used";

/** Destructured once, as in signatures.ts. */
const { arraysEqual } = tf.util;

/** Each graph takes some megabytes, and a copy of its function's weights. */
const MOST = 64;

/** What runs a function for arguments of one list of shapes and types. */
interface Runner {
  dispose(): void;
}

interface Specialization<Built> {
  readonly signatures: readonly ArgumentSignature[];
  readonly built: Built;
}

/**
 * A function's programs: one for each list of shapes and types that the function is called with, until it is disposed. Beyond a
 * number of them the one that was used longest ago is closed, and built anew when it is needed again.
 */
export class Specializations<Built extends { readonly program: Runner }> {
  private readonly all: RecentlyUsed<Specialization<Built>>;
  private isOpen = true;
  private isWarned = false;

  /**
   * @param where the public function, for messages
   * @param what is disposed, in the message of a call after `dispose`: "the stream"
   * @param most how many programs are kept
   */
  constructor(
    private readonly where: string,
    private readonly what: string,
    most = MOST,
  ) {
    this.all = new RecentlyUsed(most, ({ built }) => built.program.dispose());
  }

  /** @throws CompileError after `dispose` */
  checkOpen(): void {
    if (!this.isOpen) throw new CompileError(`${this.where}: ${this.what} is disposed`);
  }

  /** What was built for these shapes and types, built now if need be. */
  for(signatures: readonly ArgumentSignature[], build: () => Built): Built {
    const known = this.all.find((each) => areEqual(each.signatures, signatures));
    if (known !== undefined) return known.built;
    if (this.all.makeRoom()) this.warn();
    const built = build();
    this.all.add({ signatures, built });
    return built;
  }

  /** How many programs there are. */
  get size(): number {
    return this.all.size;
  }

  /** Closes the sessions. The variables stay alive. */
  dispose(): void {
    this.isOpen = false;
    this.all.remove();
  }

  private warn(): void {
    if (this.isWarned) return;
    this.isWarned = true;
    console.warn(
      `unroll: ${this.where}: called with more than ${this.all.most} lists of shapes, each of which is a graph; the graph that was ` +
        "used longest ago is let go, and built anew when it is needed. Pad to fewer lengths, or set the option graphs",
    );
  }
}

/** @throws CompileError for another value of the option `graphs` than a number of graphs */
export function checkGraphs(where: string, graphs: unknown): void {
  if (graphs === undefined || (Number.isSafeInteger(graphs) && (graphs as number) >= 1)) return;
  throw new CompileError(`${where}: graphs: expected a whole number of at least 1, got ${describe(graphs)}`);
}

function areEqual(left: readonly ArgumentSignature[], right: readonly ArgumentSignature[]): boolean {
  const isEqual = ({ shape, dtype, isShared }: ArgumentSignature, other: ArgumentSignature) =>
    dtype === other.dtype && isShared === other.isShared && arraysEqual(shape as number[], other.shape as number[]);
  return left.length === right.length && left.every((each, i) => isEqual(each, right[i] as ArgumentSignature));
}

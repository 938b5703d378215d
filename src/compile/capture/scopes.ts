import * as tf from "../../tf";
import type { Scope } from "../ir/trace";

/** The parts of a model that are running, the innermost last. */
interface Part {
  readonly owner: object;
  readonly scope: Scope;
}

interface Names {
  readonly byOwner: Map<object, string>;
  readonly counts: Map<string, number>;
  /** Whether operations are placed on devices. */
  readonly places: boolean;
}

/** The names that one capture has given; undefined while nothing is captured. */
let names: Names | undefined;
let parts: readonly Part[] = [];

/** The scope of an operation that is recorded now. Undefined outside all parts. */
export const currentScope = (): Scope | undefined => parts.at(-1)?.scope;

/**
 * Runs a part of a model, such as a cell or a layer, so that the operations which it makes carry its name while they are
 * captured: `MultiRNNCell/LSTMCell_1`. The operations of its gradients carry the same name below `gradients/`. A second owner
 * of one name gets a number, as a scope of TensorFlow 1.x. A profile shows the names. Outside a capture nothing happens.
 *
 *   call(x: tf.Tensor2D) { return inScope(this, () => tf.matMul(x, this.kernel)); }
 *
 * @param owner the part; its class has the name
 * @param device where its operations are to run, such as "/device:CPU:1". Default: where the part around it runs.
 */
export function inScope<T>(owner: object, run: () => T, device?: string): T {
  const around = parts.at(-1);
  if (names === undefined || (around?.owner === owner && device === undefined)) return run();
  const name = around?.owner === owner ? undefined : nameOf(owner, names);
  const source = [around?.scope.source, name].filter((each) => each !== undefined).join("/");
  const at = names.places ? (device ?? around?.scope.device) : undefined;
  return within({ owner, scope: { source, ...(at !== undefined && { device: at }) } }, run);
}

/**
 * Runs a capture of a whole function: its names begin anew.
 *
 * @param places whether operations are placed on the devices that their parts name
 */
export function withNames<T>(places: boolean, run: () => T): T {
  const before = { names, parts };
  names = { byOwner: new Map(), counts: new Map(), places };
  parts = [];
  const undo = nameGradients();
  try {
    return run();
  } finally {
    undo();
    ({ names, parts } = before);
  }
}

function within<T>(part: Part, run: () => T): T {
  const before = parts;
  parts = [...before, part];
  try {
    return run();
  } finally {
    parts = before;
  }
}

function nameOf(owner: object, { byOwner, counts }: NonNullable<typeof names>): string {
  const known = byOwner.get(owner);
  if (known !== undefined) return known;
  const { name: given } = owner.constructor;
  const own = given === "Object" ? "cell" : given; // functionCell makes a plain object
  const count = counts.get(own) ?? 0;
  counts.set(own, count + 1);
  const name = count === 0 ? own : `${own}_${count}`;
  byOwner.set(owner, name);
  return name;
}

type Gradient = (dys: unknown) => Readonly<Record<string, () => unknown>>;
interface TapeNode {
  gradient?: Gradient;
}

/** The method that records an operation for a gradient. It is not public, so TensorFlow.js 4.22 is pinned. */
interface Engine {
  addTapeNode(...given: unknown[]): void;
  readonly state: { readonly activeTape: readonly TapeNode[] };
}

/** Lets the gradient of each operation run in the operation's scope, below `gradients/`. @returns what undoes it */
function nameGradients(): () => void {
  const engine = tf.engine() as unknown as Engine;
  const { addTapeNode } = engine;
  const named = new WeakSet<TapeNode>();
  engine.addTapeNode = (...given) => {
    addTapeNode.apply(engine, given);
    const { activeTape } = engine.state;
    let last = activeTape.length - 1;
    while (named.has(activeTape[last] as TapeNode)) last--; // copies that it saves stand behind it, and are named already
    const node = activeTape[last] as TapeNode;
    named.add(node);
    if (node.gradient !== undefined) node.gradient = inGradient(node.gradient);
  };
  return () => {
    engine.addTapeNode = addTapeNode;
  };
}

function inGradient(gradient: Gradient): Gradient {
  const scope = currentScope();
  if (scope === undefined) return gradient;
  const part: Part = { owner: {}, scope: { ...scope, source: gradientOf(scope.source) } };
  return (dys) => {
    const parts = within(part, () => gradient(dys));
    return Object.fromEntries(Object.entries(parts).map(([name, compute]) => [name, () => within(part, compute)]));
  };
}

const gradientOf = (source: string): string => (source.startsWith("gradients/") ? source : `gradients/${source}`);

import * as tf from "./start";

/** What a gradient needs to know of an operation that ran. */
interface TapeNode {
  readonly inputs: Record<string, tf.Tensor>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  attributes?: unknown;
}

/** The methods that record an operation. They are not public, so TensorFlow.js 4.22 is pinned. */
interface Engine {
  addTapeNode(name: string, inputs: Inputs, ...rest: unknown[]): void;
  saveTensorsForBackwardMode(tensors: readonly (tf.Tensor | undefined)[]): tf.Tensor[];
  readonly state: { activeTape: TapeNode[] };
}

/**
 * Puts the tape of TensorFlow.js in order.
 *
 * 1. Operations such as tanh, exp and softmax save their output, because their gradient is cheap to compute from it. The
 *    engine records the copy that it saves *before* the operation itself. A second derivative walks the tape once, from
 *    first to last, and finds that this copy depends on nothing: it treats the saved output as a constant, and is wrong.
 *    So the copies of outputs go behind the operation that made them.
 * 2. The condition of `tf.where` has no derivative, so no gradient is to flow into it: what flows there is 0, and times
 *    an infinite derivative that is NaN.
 * 3. An input that was not given, as batch normalization's scale, is neither saved nor recorded. The engine fails there.
 * 4. Each node keeps the attributes of its operation, which tell a gather of rows from one along another axis.
 */
export function orderTape(): void {
  const engine = tf.engine() as unknown as Engine;
  const { addTapeNode, saveTensorsForBackwardMode } = engine;
  engine.addTapeNode = (name, inputs, ...rest) => {
    addTapeNode.call(engine, name, name === tf.Select ? branchesOf(inputs) : given(inputs), ...rest);
    (engine.state.activeTape.at(-1) as TapeNode).attributes = rest[3];
    moveCopies(engine.state.activeTape);
  };
  engine.saveTensorsForBackwardMode = (tensors) =>
    saveTensorsForBackwardMode.call(
      engine,
      tensors.filter((tensor) => tensor !== undefined),
    );
}

type Inputs = Readonly<Record<string, tf.Tensor | undefined>>;

const branchesOf = ({ t, e }: Inputs): Inputs => ({ t, e });

/** The inputs without those that were not given. */
function given(inputs: Inputs): Inputs {
  const entries = Object.entries(inputs);
  const isGiven = ([, input]: (typeof entries)[number]) => input !== undefined;
  return entries.every(isGiven) ? inputs : Object.fromEntries(entries.filter(isGiven));
}

/** Moves the copies of outputs that the last operation saved, which stand directly before it, behind it. */
function moveCopies(tape: TapeNode[]): void {
  const node = tape.at(-1) as TapeNode;
  if (node.saved.length === 0) return;
  const made = new Set(node.outputs.map(({ id }) => id));
  const before = tape.slice(-1 - node.saved.length, -1);
  const isCopy = ({ inputs }: TapeNode) => inputs.x !== undefined && made.has(inputs.x.id);
  if (!before.some(isCopy)) return;
  const ordered = [...before.filter((each) => !isCopy(each)), node, ...before.filter(isCopy)];
  tape.splice(-ordered.length, ordered.length, ...ordered);
}

import * as tf from "./start";

/** The methods that run and record an operation. They are not public, so TensorFlow.js 4.22 is pinned. */
interface Engine {
  runKernelFunc(of: { forwardFunc?: unknown }): unknown;
  addTapeNode(
    name: string,
    inputs: Inputs,
    outputs: readonly tf.Tensor[],
    gradient: Gradient | null,
    saved: readonly tf.Tensor[],
    attributes: unknown,
  ): void;
  readonly state: { readonly gradientDepth: number; readonly activeTape: readonly TapeNode[] };
  readonly constructor: { readonly nextTensorId: number };
}

type Inputs = Readonly<Record<string, tf.Tensor>>;
type Gradient = (dy: unknown, saved: readonly tf.Tensor[], attributes: unknown) => unknown;
interface TapeNode {
  readonly inputs: Inputs;
}

/**
 * Refuses second derivatives of functions with a gradient of their own (`tf.customGrad`) that saved a tensor which they had
 * computed themselves. What a function computes inside is not on the tape, so that tensor would be taken for a constant,
 * and the derivative would be wrong. A function that saves its inputs or its output may be differentiated again.
 */
export function refuseHiddenConstants(): void {
  const engine = tf.engine() as unknown as Engine;
  const { runKernelFunc, addTapeNode } = engine;
  const firstIds: number[] = []; // of the tensors that the running functions make, the innermost last
  engine.runKernelFunc = (of) => {
    if (of.forwardFunc === undefined) return runKernelFunc.call(engine, of);
    firstIds.push(engine.constructor.nextTensorId);
    try {
      return runKernelFunc.call(engine, of);
    } finally {
      firstIds.pop();
    }
  };
  engine.addTapeNode = (name, inputs, outputs, gradient, saved, attributes) => {
    const first = firstIds.at(-1);
    const hides = first !== undefined && savesHidden(engine.state.activeTape, saved.length, outputs, first);
    const own = hides && gradient ? onceOnly(engine, gradient) : gradient;
    addTapeNode.call(engine, name, inputs, outputs, own, saved, attributes);
  };
}

/** Whether one of the saved tensors, whose copies end the tape, was made by the function and is not an output of it. */
function savesHidden(tape: readonly TapeNode[], saved: number, outputs: readonly tf.Tensor[], first: number): boolean {
  const copies = saved === 0 ? [] : tape.slice(-saved);
  return copies.some(({ inputs: { x } }) => x !== undefined && x.id >= first && outputs.every(({ id }) => id !== x.id));
}

const onceOnly =
  (engine: Engine, gradient: Gradient): Gradient =>
  (dy, saved, attributes) => {
    const gradients = gradient(dy, saved, attributes); // one that refuses by itself knows better why
    if (engine.state.gradientDepth === 0) return gradients;
    throw new Error(
      "a function with a gradient of its own (tf.customGrad) has a first derivative only, because it saved a tensor that it " +
        "had computed itself: save its inputs or its output, and compute the rest in its gradient",
    );
  };

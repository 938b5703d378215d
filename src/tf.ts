/**
 * The tensor engine. It is TensorFlow's native library where setup could install it, and TensorFlow.js's WebAssembly
 * elsewhere.
 *
 * Everyone imports "../tf", so that there is one engine, one way to start it (`engine/start.ts`), and one table of
 * gradients: those that TensorFlow.js lacks or computes wrongly are registered before anyone can ask for one.
 * On WebAssembly, `await tf.ready()` before the first operation; on the native engine that line does nothing.
 */
import { registerGradients } from "./engine/gradients";

registerGradients();

export type { TensorOfRank } from "./engine/rank";
export * from "./engine/start";

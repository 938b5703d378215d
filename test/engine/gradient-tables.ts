import { compile } from "../../src/compile";
import * as tf from "../../src/tf";
import { expectClose } from "../support";
import { type Case, directionOf, firstOrder, inputsOf, secondOrder } from "./differences";

/** Kernels that are not tried, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  ComplexAbs: "takes complex numbers, of which the library has none",
};

/** Kernels whose second derivative is an error, and why. */
export const FIRST_ONLY: Readonly<Record<string, string>> = {
  Dilation2D: "the engine computes its gradient by kernels that no other operation could be the gradient of",
};

/** Kernels that no function runs, what runs in their place, and why. */
export const INSTEAD: Readonly<Record<string, readonly [kernel: string, reason: string]>> = {
  BroadcastTo: ["Tile", "tf.broadcastTo runs tf.tile, because not every engine has the kernel"],
  LogSoftmax: ["unnamed scope", "tf.logSoftmax is made of other operations and has a gradient of its own"],
};

export const isTwice = (name: string): boolean => FIRST_ONLY[name] === undefined;

/** The kernels that have a gradient, as the engine itself lists them. */
export function registered(): string[] {
  const globals = (globalThis as unknown as { _tfGlobals: Map<string, Map<string, unknown>> })._tfGlobals;
  return [...(globals.get("gradRegistry") as Map<string, unknown>).keys()].sort();
}

/** Tries each function of a kernel, and says which one failed. */
export function eachOf(cases: readonly Case[], attempt: (each: Case, inputs: tf.Tensor[]) => void): void {
  for (const [i, each] of cases.entries()) {
    try {
      tf.tidy(() => attempt(each, inputsOf(each, 7)));
    } catch (error) {
      throw new Error(`function ${i}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Expects that the compiled gradients of both orders are the eager ones. */
export function expectCompiled(name: string, cases: readonly Case[]): void {
  eachOf(cases, ({ of }, inputs) => {
    const both = (...given: tf.Tensor[]) => [
      ...firstOrder(of, given),
      ...(isTwice(name) ? secondOrder(of, given, directionOf(given)) : []),
    ];
    const compiled = compile(both);
    const expected = both(...inputs);
    for (const [i, made] of compiled(...inputs).entries()) expectClose(made, expected[i], 1e-4);
    compiled.dispose();
  });
}

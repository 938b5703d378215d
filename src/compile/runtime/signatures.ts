import * as tf from "../../tf";
import { isCapturing } from "../capture/capture";
import { nativeBackend } from "../engine/backend";
import { smallValuesOf } from "../engine/small-values";
import { CompileError } from "../errors";
import type { ArgumentSignature } from "../shard/argument";
import { Shared } from "../shared";

/** Destructured once, because each `tf.…` goes through the getters of two modules, which a step of a few milliseconds feels. */
const { Tensor, Variable, engine } = tf;

/**
 * Checks the tensors of a call. @returns the shapes and types of the inputs
 *
 * @throws CompileError inside a gradient or another compiled function, on another engine, or when an input is not a tensor
 *   or a variable is not a variable, or one of them is disposed
 */
export function signaturesOf(
  inputs: readonly (tf.Tensor | Shared<tf.Tensor>)[],
  variables: readonly tf.Variable[],
  names: readonly string[] = [],
): ArgumentSignature[] {
  checkCall(variables, names);
  const backend = nativeBackend();
  return inputs.map((given, i) => {
    const isShared = given instanceof Shared;
    const input = isShared ? given.tensor : given;
    if (!(input instanceof Tensor) || input.isDisposed) {
      throw new CompileError(`compile: argument ${i}: expected a tensor, got ${describeTensor(input)}`);
    }
    smallValuesOf(backend, input); // before a capture makes a native tensor, which may share the memory of the user's array
    const { dtype } = backend.tensorMap.get(input.dataId);
    return isShared ? { shape: input.shape, dtype, isShared } : { shape: input.shape, dtype };
  });
}

/** Checks what `signaturesOf` checks, except for the inputs. */
export function checkCall(variables: readonly tf.Variable[], names: readonly string[] = []): void {
  refuseNestedCall();
  variables.forEach((variable, i) => {
    if (!(variable instanceof Variable) || variable.isDisposed) {
      throw new CompileError(
        `compile: ${names[i] ?? `variables[${i}]`}: expected a live variable, got ${describeTensor(variable)}`,
      );
    }
  });
}

function refuseNestedCall(): void {
  if (isCapturing()) {
    throw new CompileError("compile: a compiled function was called inside another; compile the outer one only");
  }
  if (engine().state.gradientDepth > 0) {
    throw new CompileError(
      "compile: a compiled function was called inside a gradient, which cannot see into it; compile the function that " +
        "computes the gradient",
    );
  }
}

function describeTensor(value: unknown): string {
  if (!(value instanceof Tensor)) return typeof value;
  return value.isDisposed ? "a disposed one" : "a tensor that is no variable";
}

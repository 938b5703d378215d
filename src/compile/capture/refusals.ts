import { weightName } from "../../arguments";
import * as tf from "../../tf";
import { CompileError } from "../errors";

const USE_SEEDED =
  "random numbers must depend on (seed, step): use the library's dropout and `training: { seed, step }`";
const STATEFUL = new Set(["Multinomial", "RandomUniform", "RandomStandardNormal", "TruncatedNormal", "RandomGamma"]);

/** @throws CompileError when an operation draws random numbers from a hidden state, which no call can set */
export function refuseStateful(name: string): void {
  if (STATEFUL.has(name)) throw new CompileError(`compile: ${name} draws from a hidden state; ${USE_SEEDED}`);
}

const variableOf = (data: object) =>
  Object.values(tf.engine().registeredVariables).find(({ dataId }) => dataId === data);

/** Whether this is the memory of a variable, whose values may differ at a later call. */
export const isOfVariable = (data: object): boolean => variableOf(data) !== undefined;

/** The error for a tensor that a captured function uses, but that was not declared. */
export function undeclared(tensor: tf.Tensor): CompileError {
  const variable = variableOf(tensor.dataId);
  const name = variable ? `the variable ${weightName(variable, "")}`.trimEnd() : "a tensor";
  return new CompileError(
    `compile: ${name} of shape [${tensor.shape}] comes from outside and is not declared: it would stay what it is ` +
      "now for ever. Name it in `variables` (with modelOf: give what has it as a part), pass it as an argument (as " +
      "shared(t), where all examples share it), or make it inside the function",
  );
}

/** The error for a function that reads tensor values while it is captured. */
export function readError(): CompileError {
  return new CompileError(
    "compile: the function reads a tensor's values (data, dataSync, array, print …) while it is captured, when they are " +
      "not those of later calls. Return the tensor and read it outside",
  );
}

/** @throws CompileError when a function returns anything but live tensors */
export function checkResults(results: readonly unknown[]): void {
  const isTensor = (result: unknown): result is tf.Tensor => result instanceof tf.Tensor;
  const disposed = results.find((result) => isTensor(result) && result.isDisposed);
  if (isTensor(disposed)) {
    throw new CompileError(
      `compile: the function must return live tensors, got a disposed one of shape [${disposed.shape}]`,
    );
  }
  if (results.length > 0 && results.every(isTensor)) return;
  const wrong = results.find((result) => !isTensor(result));
  const got = results.length === 0 ? "an empty list" : wrong instanceof Promise ? "a promise" : typeof wrong;
  throw new CompileError(`compile: the function must return a tensor or a list of them, got ${got}`);
}

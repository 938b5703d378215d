import * as tf from "../../tf";
import { useActivationGradients } from "../engine/activation-gradients";
import { nativeBackend } from "../engine/backend";
import { gatherWithoutReading } from "../engine/gather";
import { CompileError } from "../errors";
import { observed } from "../ir/observe";
import type { Trace } from "../ir/trace";
import { refuseHostRandomness } from "./host-randomness";
import { Recorder } from "./recorder";
import { refuseAssignment } from "./refuse-assignment";
import { withNames } from "./scopes";
import { forgetTape } from "./tape";

let current: Recorder | undefined;
/** The recorder of the capture that is running; undefined while no function is captured. */
export const currentRecorder = (): Recorder | undefined => current;
/** Whether a function is being captured right now. Tensor values cannot be read then. */
export const isCapturing = (): boolean => current !== undefined;
/** Whether the body of a loop is being captured: the function runs once for all iterations then. */
export const isCapturingLoop = (): boolean => current?.isInside ?? false;
/** Stands for the capture of the whole function that is running, also while a loop's body inside it is captured. */
export const runningCapture = (): object | undefined => current?.outermost;

let exporting = false;
/**
 * Whether the running capture is for an exported graph. Such a graph must have the same operations at every batch size and
 * length, and only operations that TensorFlow.js has in a browser too.
 */
export const isExporting = (): boolean => exporting;

/** Captures a function for an exported graph: `isExporting` is true while the function runs. */
export function captureForExport(...args: Parameters<typeof capture>): Trace {
  exporting = true;
  try {
    return capture(...args);
  } finally {
    exporting = false;
  }
}

/**
 * Calls a function once and records every native operation that it makes, those of its gradients included. The operations
 * are also executed, because TensorFlow.js's own code depends on the shapes of their outputs.
 *
 *   const trace = lower(capture(() => [tf.tanh(tf.matMul(x, w))], [x, w]));
 *
 * @param inputs the tensors that the function may use: its arguments and variables; any other tensor from outside is an error
 * @returns the trace as it was recorded, without the operations that no output needs; `lower` makes it fast
 * @throws CompileError on a read, host randomness, a stateful operation, or a tensor that was not declared
 */
export function capture(compute: () => readonly tf.Tensor[], inputs: readonly tf.Tensor[]): Trace {
  if (isCapturing())
    throw new CompileError("compile: a compiled function was first called inside another; compile the outer one only");
  gatherWithoutReading();
  const undo: (() => void)[] = [];
  try {
    for (const replace of [refuseHostRandomness, () => refuseAssignment(assigns), useActivationGradients])
      undo.push(replace());
    const places = !exporting; // who reads an exported graph has devices of his own
    return withNames(places, () => record(new Recorder(nativeBackend(), inputs), compute));
  } catch (error) {
    forgetTape();
    throw error;
  } finally {
    for (const each of undo) each();
  }
}

const assigns = (shape: readonly number[]) =>
  `compile: the function assigns to a variable of shape [${shape}], which would happen now and at no later call. ` +
  "Return the new value and assign it outside (a model cannot: fit, evaluate and predict take it with compiled: false)";

/**
 * Captures a part of a function that is being captured, which becomes the body of a loop.
 *
 * @returns its trace, whose last inputs are the captured values: values of the outer function that the part uses. `free`
 *   holds their native ids
 */
export function captureInside(compute: () => readonly tf.Tensor[], inputs: readonly tf.Tensor[]) {
  const recorder = new Recorder(nativeBackend(), inputs, current);
  return { trace: record(recorder, compute), free: recorder.free };
}

function record(recorder: Recorder, compute: () => readonly tf.Tensor[]): Trace {
  const outer = current;
  current = recorder;
  recorder.install();
  try {
    let trace: Trace | undefined;
    tf.tidy(() => {
      trace = recorder.traceOf(compute()); // not returned, because tf.tidy would search all constants' values for tensors
    });
    return observed(trace as unknown as Trace, "capture");
  } finally {
    recorder.remove();
    current = outer;
  }
}

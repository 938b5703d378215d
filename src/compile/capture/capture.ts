import * as tf from "../../tf";
import { useActivationGradients } from "../engine/activation-gradients";
import { nativeBackend } from "../engine/backend";
import { gatherWithoutReading } from "../engine/gather";
import { CompileError } from "../errors";
import type { Trace } from "../ir/trace";
import { specialise } from "../passes";
import { canonicalize } from "../passes/canonicalize";
import { refuseHostRandomness } from "./host-randomness";
import { Recorder } from "./recorder";
import { refuseAssignment } from "./refuse-assignment";
import { forgetTape } from "./tape";

let current: Recorder | undefined;
/** The recorder of the capture that is under way. */
export const recorderAtWork = (): Recorder | undefined => current;
/** Whether a function is being captured right now: values cannot be read then. */
export const isCapturing = (): boolean => current !== undefined;

let exporting = false;
/**
 * Whether the capture under way is for a graph that travels: it must do the same operations at every batch size and
 * length, and only such as TensorFlow.js has in a browser too.
 */
export const isExporting = (): boolean => exporting;

/** `capture`, told as `isExporting`. */
export function captureForExport(...args: Parameters<typeof capture>): Trace {
  exporting = true;
  try {
    return capture(...args);
  } finally {
    exporting = false;
  }
}

/**
 * Calls a function once and records every native operation that it makes, its gradients' included. The operations are
 * executed too, so that whatever depends on shapes goes on as ever.
 *
 * @param inputs what the function may use: its arguments and variables; any other tensor from outside is an error
 * @returns only the operations that the outputs need
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
    return record(new Recorder(nativeBackend(), inputs), compute);
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
 * Captures a part of a function that is being captured, to be written as a loop's body.
 *
 * @returns its trace, whose further inputs are what it uses of the function around it: `free`, by native id
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
      trace = recorder.traceOf(compute()); // not returned: tf.tidy would look for tensors among all constants' values
    });
    const { binding } = nativeBackend();
    const lean = canonicalize(trace as unknown as Trace, binding);
    return exporting ? lean : specialise(lean, binding);
  } finally {
    recorder.remove();
    current = outer;
  }
}

import type { CallOutputs, StartedCall } from "./graph-session";

/** A run that has ended before JavaScript goes on. Its error comes when the outputs are asked for. */
export function startedAtOnce(run: () => CallOutputs): StartedCall {
  let outputs: () => CallOutputs;
  try {
    const made = run();
    outputs = () => made;
  } catch (error) {
    outputs = () => {
      throw error;
    };
  }
  return { ended: Promise.resolve(), wait: () => {}, outputs };
}

import { settled } from "../started";
import type { CallOutputs, StartedCall } from "./graph-session";

/** A run that has ended before JavaScript goes on. Its error comes when the outputs are asked for. */
export const startedAtOnce = (run: () => CallOutputs): StartedCall => ({
  outputs: settled(run),
  ended: Promise.resolve(),
  wait: () => {},
});

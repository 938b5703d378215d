import * as tf from "../../tf";
import { captureInside } from "../capture/capture";
import type { Recorder } from "../capture/recorder";
import { copyOf, idOf } from "../engine/backend";
import { dtypeName, INT32 } from "../engine/dtypes";
import type { Signature, WhileLoop } from "../ir/trace";
import type { Ends, iterationOf } from "./iteration";

/**
 * Captures one iteration of a while loop in the function that is being recorded; then records the loop as one op of it.
 *
 * @param nextStep is called before the iteration
 */
export function captureWhile(
  recorder: Recorder,
  { holds, step }: ReturnType<typeof iterationOf>,
  loopVars: readonly tf.Tensor[],
  maximumIterations: number,
  nextStep: () => void,
): Ends {
  const variables = loopVars.map(copyOf);
  const iteration = tf.scalar(0, "int32");
  let results = 0;
  const compute = () => {
    nextStep();
    const condition = holds(variables, iteration);
    const made = step(variables, iteration);
    results = made.results.length;
    return [condition, ...made.loopVars, ...made.results];
  };
  const { trace, free } = captureInside(compute, [...variables, iteration]);
  tf.dispose([variables, iteration]);
  const loop: WhileLoop = { counts: { variables: variables.length, results }, trace, waits: false };
  const made = trace.results.slice(1 + variables.length);
  const zeros = made.map(({ shape, dtype }) => tf.zeros([...shape], dtypeName(dtype) as tf.DataType));
  const given = [tf.scalar(maximumIterations, "int32"), ...loopVars, ...zeros].map(idOf);
  const outputs: Signature[] = [
    { shape: [], dtype: INT32 },
    ...trace.results.slice(1, 1 + variables.length),
    ...made.map(({ shape, dtype }) => ({ shape: [maximumIterations, ...shape], dtype })),
  ];
  const [shapes, dtypes] = [outputs.map(({ shape }) => shape), outputs.map(({ dtype }) => dtype)];
  const op = { name: "While", attributes: [], inputs: [], shapes, dtypes, loop };
  const [iterations, ...ends] = recorder.recordComposite(op, [...given, ...free]);
  return {
    iterations: iterations as tf.Tensor,
    loopVars: ends.slice(0, variables.length),
    results: ends.slice(variables.length),
  };
}

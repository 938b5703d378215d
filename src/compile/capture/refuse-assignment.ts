import * as tf from "../../tf";
import { CompileError } from "../errors";

/**
 * Refuses `variable.assign` until the returned function is called.
 *
 * @param why the CompileError's message
 */
export function refuseAssignment(why: (shape: readonly number[]) => string): () => void {
  const { assign } = tf.Variable.prototype;
  tf.Variable.prototype.assign = ({ shape }) => {
    throw new CompileError(why(shape));
  };
  return () => {
    tf.Variable.prototype.assign = assign;
  };
}

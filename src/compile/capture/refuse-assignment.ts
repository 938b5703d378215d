import * as tf from "../../tf";
import { CompileError } from "../errors";

/**
 * Makes `variable.assign` throw a CompileError until the returned function is called.
 *
 * @param why the error's message, from the shape of the assigned tensor
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

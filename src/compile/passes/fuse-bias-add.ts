import { attribute } from "../engine/attributes";
import { FLOAT32 } from "../engine/dtypes";
import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { opOf, usersOf } from "../ir/users";

/**
 * Makes a BiasAdd of each Add of a vector to a MatMul. Grappler then fuses the BiasAdd into the MatMul, which adds the bias
 * while its output is in the cache and saves one pass over memory.
 */
export function fuseBiasAdds(trace: Trace): Trace {
  const users = usersOf(trace);
  const isBiasAdd = ({ name, inputs, shapes, dtypes }: Op): boolean => {
    const matmul = (name === "Add" || name === "AddV2") && dtypes[0] === FLOAT32 ? opOf(inputs[0]) : undefined;
    if (matmul?.name !== "MatMul" || users.get(matmul)?.length !== 1 || hasEmptyFactor(matmul)) return false;
    const [, columns] = shapes[0] as readonly number[];
    return matmul.shapes[0]?.join() === shapes[0]?.join() && isVector(inputs[1] as Value, columns as number);
  };
  /** TensorFlow's fused MatMul leaves the bias out if a factor has no elements. */
  const hasEmptyFactor = ({ inputs }: Op) => inputs.some((factor) => signatureOf(factor, trace).shape.includes(0));
  const isVector = (value: Value, size: number) => signatureOf(value, trace).shape.join() === `${size}`;
  if (!trace.ops.some(isBiasAdd)) return trace;
  const attributes = [attribute("T", "TYPE", FLOAT32), attribute("data_format", "STRING", "NHWC")];
  return rewrite(trace, (op, { moved }) => (isBiasAdd(op) ? { ...moved(op), name: "BiasAdd", attributes } : moved(op)));
}

import type { Binding } from "../engine/backend";
import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { opOf, usersOf } from "../ir/users";
import { FLOAT } from "./transpose-patterns";

/**
 * The same trace, with biases added to products as such: TensorFlow's graph optimiser then has a product add its bias
 * while its numbers are at hand, and saves a walk over them.
 */
export function fuseBiasAdds(trace: Trace, binding: Binding): Trace {
  const users = usersOf(trace);
  const isBiasAdd = ({ name, inputs, shapes, dtypes }: Op): boolean => {
    const product = (name === "Add" || name === "AddV2") && dtypes[0] === FLOAT ? opOf(inputs[0]) : undefined;
    if (product?.name !== "MatMul" || users.get(product)?.length !== 1 || isOfNothing(product)) return false;
    const [, columns] = shapes[0] as readonly number[];
    return product.shapes[0]?.join() === shapes[0]?.join() && isVector(inputs[1] as Value, columns as number);
  };
  /** TensorFlow's fused product of matrices without numbers leaves its bias out. */
  const isOfNothing = ({ inputs }: Op) => inputs.some((factor) => signatureOf(factor, trace).shape.includes(0));
  const isVector = (origin: Value, size: number) => signatureOf(origin, trace).shape.join() === `${size}`;
  if (!trace.ops.some(isBiasAdd)) return trace;
  const attributes = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: FLOAT },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
  ];
  return rewrite(trace, (own, op) => [isBiasAdd(op) ? { ...own, name: "BiasAdd", attributes } : own]);
}

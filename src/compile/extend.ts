/**
 * `unroll/compile/extend`: for whoever writes an optimizer or an operation of their own that compiled functions can use.
 *
 * An optimizer for `trainStep` is a `FusedOptimizer`: it owns its slots (variables beside each weight), and its `write`
 * adds the nodes that update one weight to the step's graph. Sign descent, w −= learningRate · sign(g), as an example;
 * test/compile/extend.test.ts trains with it:
 *
 *   import { trainStep } from "unroll/compile";
 *   import { FLOAT32, type FusedOptimizer, typeAttr } from "unroll/compile/extend";
 *
 *   const signSGD = (learningRate: number): FusedOptimizer => ({
 *     slotsOf: () => [],                                  // no moments
 *     scalars: () => [learningRate],                      // fed at each step, so a schedule may change it
 *     write: (writer, { variable, scalars: [rate], gradient }) => {
 *       const sign = writer.node("Sign", [gradient], { T: typeAttr(FLOAT32) });
 *       const update = writer.binary("Mul", sign, rate as string, FLOAT32);
 *       return `^${writer.node("AssignSubVariableOp", [variable, update], { dtype: typeAttr(FLOAT32) })}`;
 *     },
 *     stepped: () => {},
 *   });
 *   const step = trainStep(loss, { variables, optimizer: signSGD(0.01) });
 *
 * Mostly `functionOptimizer` of `unroll/rnn` is enough: it makes an optimizer, which `fit` takes too, from a function of
 * tensors that updates one weight. `emitFunction` is what it writes that function into the graph with.
 *
 * An operation that TensorFlow has and TensorFlow.js does not: `nativeOp` runs it by its name, and compiled functions
 * record it. `customGradient` gives it a gradient.
 */
export { customGradient, type Save } from "./capture/custom-gradient";
export type { After, Attributes, GraphWriter, Ref } from "./emit/graph-writer";
export { nativeOp, type OpAttribute } from "./engine/backend";
export { BOOL, FLOAT32, INT32 } from "./engine/dtypes";
export {
  type AttrValue,
  boolAttr,
  floatAttr,
  intAttr,
  intsAttr,
  shapeAttr,
  stringAttr,
  typeAttr,
} from "./engine/protobuf";
export { densify, gatherRows, type Slices, scatterRows, sumDuplicates } from "./train/indexed-slices";
export type {
  FusedOptimizer,
  GradientAccumulation,
  GradientClipping,
  SlicedUpdate,
  UpdateInputs,
} from "./train/options";
export { emitFunction, type ShapedRef } from "./train/update/emit-function";

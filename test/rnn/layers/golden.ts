import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canCompile, compile } from "../../../src/compile";
import * as tf from "../../../src/tf";
import { expectClose } from "../../support";

/** A layer of Keras: `make_layers.py` beside the file made its numbers. */
export interface GoldenCase<Option> {
  readonly option: Option;
  readonly weights: Readonly<Record<string, tf.TensorLike>>;
  readonly after: Readonly<Record<string, tf.TensorLike>>;
  readonly outputs: tf.TensorLike;
  readonly direction: tf.TensorLike;
  /** By the inputs, then by the trainable weights. */
  readonly gradients: readonly tf.TensorLike[];
}

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "../../golden/layers", name), "utf8"));

export const goldens = read("layers.json");
export const goldensOfImages = read("conv2d.json");

interface Layer {
  readonly variables: readonly tf.Variable[];
  readonly weights: Readonly<Record<string, tf.Variable>>;
}

/** Gives a layer Keras's weights. */
export function load({ weights }: Layer, values: GoldenCase<unknown>["weights"]): void {
  for (const [name, variable] of Object.entries(weights)) {
    variable.assign(tf.tensor(values[name.split("/").at(-1) as string] as tf.TensorLike));
  }
}

/**
 * Compares outputs and gradients with Keras's, eagerly and compiled.
 *
 * @param wrt the weights with a gradient
 * @param inputs what the layer was called with. Default: the sequences of layers.json.
 */
export function expectKeras<T extends tf.Tensor = tf.Tensor3D>(
  golden: GoldenCase<unknown>,
  layer: Layer,
  call: (x: T) => tf.Tensor,
  wrt = layer.variables,
  inputs: tf.TensorLike = goldens.x,
): void {
  const direction = tf.tensor(golden.direction);
  const both = (x: T, along: tf.Tensor) => {
    const total = (at: T) => tf.sum(tf.mul(call(at), along)) as tf.Scalar;
    const { grads } = tf.variableGrads(() => total(x), [...wrt]);
    const byInputs = tf.grad((at: tf.Tensor) => total(at as T))(x);
    return [call(x), byInputs, ...wrt.map(({ name }) => grads[name] as tf.Tensor)];
  };
  const compiled = canCompile() ? compile(both, { variables: layer.variables }) : undefined;
  for (const run of compiled ? [both, compiled] : [both]) {
    const [outputs, ...gradients] = run(tf.tensor(inputs) as T, direction);
    expectClose(outputs, tf.tensor(golden.outputs), 5e-6);
    golden.gradients.forEach((gradient, i) => {
      expectClose(gradients[i], tf.tensor(gradient), 3e-5);
    });
  }
  compiled?.dispose();
}

import * as tf from "../start";
import { gradientOf, runKernel, zerosFor } from "./gradient-of";

/** Second derivatives of average pooling: it is linear, so the gradient of its gradient is an average pool again. */
export const averagePooling = (): tf.GradConfig[] =>
  (
    [
      [tf.AvgPoolGrad, tf.AvgPool],
      [tf.AvgPool3DGrad, tf.AvgPool3D],
    ] as const
  ).map(([gradient, forward]) =>
    gradientOf<object>(gradient, ["input"], (ddx, [input], attributes) => ({
      dy: () => runKernel(forward, { x: ddx }, attributes),
      input: zerosFor(input),
    })),
  );

import * as tf from "../start";

/**
 * Functions that cut a tensor into parts. TensorFlow.js fails where there is one part only, because it then gives the
 * gradient itself instead of a list.
 */
export const parts = (): tf.GradConfig[] => [
  {
    kernelName: tf.Unpack,
    gradFunc: (dys, _saved, { axis }) => ({ value: () => tf.stack([dys].flat(), axis as number) }),
  },
  {
    kernelName: tf.SplitV,
    gradFunc: (dys, _saved, { axis }) => ({ x: () => tf.concat([dys].flat(), axis as number) }),
  },
];

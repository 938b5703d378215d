import * as tf from "../../tf";
import { attribute } from "./attributes";
import { nativeBackend } from "./backend";
import { INT32 } from "./dtypes";

/**
 * Replaces tfjs-node's kernel of `tf.gather`. That kernel reads the indices to check them, and a function that reads cannot
 * be captured. TensorFlow's operation checks the indices itself, at every call.
 */
export function gatherWithoutReading(): void {
  if (replaced) return;
  replaced = true;
  tf.unregisterKernel(tf.GatherV2, "tensorflow");
  tf.registerKernel({ kernelName: tf.GatherV2, backendName: "tensorflow", kernelFunc: gather as tf.KernelFunc });
}
let replaced = false;

function gather({ inputs, attrs }: { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap }): tf.TensorInfo {
  const { x, indices } = inputs as unknown as { x: tf.Tensor; indices: tf.Tensor };
  const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
  tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  const backend = nativeBackend();
  const attributes = [
    attribute("batch_dims", "INT", batchDims),
    attribute("Tparams", "TYPE", backend.tensorMap.get(x.dataId).dtype),
    attribute("Tindices", "TYPE", backend.tensorMap.get(indices.dataId).dtype),
    attribute("Taxis", "TYPE", INT32),
  ];
  return tf.tidy(() => backend.executeSingleOutput("GatherV2", attributes, [x, indices, tf.scalar(axis, "int32")]));
}

import * as tf from "../../tf";
import { type NativeBackend, nativeBackend } from "./backend";

/**
 * Replaces tfjs-node's kernel of `tf.gather`, which reads its indices to check them and so cannot be captured. The native
 * operation checks them itself, at every call.
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
  const backend: NativeBackend = nativeBackend();
  const { TF_ATTR_INT, TF_ATTR_TYPE: type, TF_INT32 } = backend.binding;
  const attributes = [
    { name: "batch_dims", type: TF_ATTR_INT, value: batchDims },
    { name: "Tparams", type, value: backend.tensorMap.get(x.dataId).dtype },
    { name: "Tindices", type, value: backend.tensorMap.get(indices.dataId).dtype },
    { name: "Taxis", type, value: TF_INT32 },
  ];
  return tf.tidy(() => backend.executeSingleOutput("GatherV2", attributes, [x, indices, tf.scalar(axis, "int32")]));
}

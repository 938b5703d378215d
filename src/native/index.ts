/** The addon: TensorFlow's sessions by its own C API, beside tfjs-node and on the same library. */

export type { Values } from "./addon";
export { type EagerBinding, type EagerTensor, giveToEager, takeFromEager } from "./bridge";
export { ByteWriter } from "./byte-writer";
export {
  configProto,
  type Optimizer,
  type RewriteOptions,
  type RunSettings,
  runOptions,
  type SessionConfig,
} from "./config";
export { NativeError, type NativeErrorCode } from "./errors";
export { addonKey, loadAddon, nativeAddon, nativeProblem } from "./load";
export { hasPlans, kernelLevels, type NativePlan, preparePlan, useKernels } from "./plans";
export type { Feed, Port, PreparedCall, StartedRun, Traced } from "./prepared-call";
export { Session } from "./session";
export { NativeTensor } from "./tensor";
export { setEnvironment, startThreads } from "./threads";

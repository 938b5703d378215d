export { type InferenceGraph, type InferenceGraphOptions, inferenceGraph } from "./inference-graph";
export type { AnySize, InputSpec, TensorsOfInputs } from "./input-spec";
export { browserFiles, type PageForm } from "./page/browser-files";
export type { ExampleOf } from "./samples";
export { savedModelFile } from "./saved-model-file";

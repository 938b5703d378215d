import { expect, test } from "vitest";
import { configProto, runOptions, type SessionConfig } from "../../src/native";
import golden from "../golden/native/config.json";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test.each<[keyof typeof golden, SessionConfig]>([
  ["empty", {}],
  ["threads", { intraOpThreads: 1, interOpThreads: 300, perSessionThreads: true }],
  ["sharedThreads", { sharedThreads: { name: "a", count: 3 } }],
  ["callerThread", { interOpThreads: -1 }],
  ["devices", { deviceCount: { CPU: 2, GPU: 0 }, allowSoftPlacement: true, logDevicePlacement: true }],
  ["executor", { executorType: "SINGLE_THREADED_EXECUTOR" }],
  ["level", { optimizerLevel: -1 }],
  ["disabled", { rewrite: { disableMetaOptimizer: true } }],
  [
    "optimizers",
    {
      rewrite: {
        optimizers: {
          layoutOptimizer: "off",
          constantFolding: "on",
          arithmeticOptimization: "off",
          dependencyOptimization: "off",
          loopOptimization: "aggressive",
          functionOptimization: "off",
          shapeOptimization: "off",
          remapping: "off",
          scopedAllocatorOptimization: "on",
          pinToHostOptimization: "off",
          implementationSelector: "off",
          autoMixedPrecision: "off",
          commonSubgraphElimination: "off",
        },
        disableModelPruning: true,
        memoryOptimization: "none",
        metaOptimizerIterations: 1,
        minGraphNodes: -1,
      },
    },
  ],
])("configProto: %s is the message that TensorFlow's Python writes", (name, config) => {
  expect(hex(configProto(config))).toBe(golden[name]);
});

test("runOptions is the message that TensorFlow's Python writes", () => {
  expect(hex(runOptions({ trace: "full", timeoutMs: 5000, inCallerThread: true }))).toBe(golden.run);
  expect(hex(runOptions({ timeoutMs: 2 ** 40 }))).toBe(golden.untraced);
  expect(runOptions({})).toEqual(new Uint8Array());
});

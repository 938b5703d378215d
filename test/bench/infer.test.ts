// --inference --peers: processes in paired turns, made up; and our own side of each network.
import { describe, expect, test } from "vitest";
import type { OpenDecoder } from "../../scripts/bench/decode/open-decoder.mts";
import { type InferAnswer, type InferQuestion, NETWORK_NAMES } from "../../scripts/bench/infer/networks.mts";
import { installedInfer, measureInference } from "../../scripts/bench/modes/infers.mts";
import { inferTable } from "../../scripts/bench/report/infer-table.mts";
import { temporaryFolder } from "../scripts/support";

const PLAN = { peers: ["torch", "onnxruntime"], folder: "/p", rounds: 2, seconds: 0.8 } as const;
const run = async () => ({ path: "/task.json" });

/** Processes that take so many microseconds a call, and tell these outputs. */
function processes(us: Record<string, number>, outputsOf: (name: string) => number[] = () => [1, 2]) {
  const asked: string[] = [];
  const open: OpenDecoder<InferQuestion, InferAnswer> = async ([command = "", ...args]) => {
    const name = /torch|onnxruntime/.exec(command)?.[0] ?? (args.includes("tensors") ? "unroll-tensors" : "unroll");
    return {
      version: name,
      close: async () => void asked.push(`close ${name}`),
      ask: async ({ network, seconds, tell }) => {
        asked.push(`${name} ${network} ${seconds}`);
        return { us: us[name] ?? 1, ...(tell && { outputs: outputsOf(name) }) };
      },
    };
  };
  return { open, asked };
}

describe("measureInference(plan, { open })", () => {
  test("measures block by block, in turn, and leaves out what PyTorch lacks", async () => {
    const { open, asked } = processes({ unroll: 5, "unroll-tensors": 8, torch: 60, onnxruntime: 30 });
    const found = await measureInference({ ...PLAN, networks: ["lstm_64", "gru_64"] }, { open, run, say: () => {} });
    expect(found).toMatchObject([
      { network: "lstm_64", turns: 2, us: { unroll: 5, "unroll-tensors": 8, torch: 60, onnxruntime: 30 }, ratio: 6 },
      { network: "gru_64", turns: 2, us: { unroll: 5, "unroll-tensors": 8, onnxruntime: 30 }, ratio: 6 },
    ]);
    expect(asked.filter((each) => each === "torch lstm_64 0.1")).toHaveLength(16);
    expect(asked.filter((each) => each.startsWith("torch gru_64"))).toEqual([]);
    expect(asked.filter((each) => each === "close unroll")).toHaveLength(2);
    expect(inferTable(found)).toMatch(/^ {2}gru_64 +5\.0 +8\.0 +30\.0 +6\.00$/m);
  });

  test("other outputs than ours are a failure, and nothing is timed then", async () => {
    for (const [outputs, by] of [
      [[1, 2.1], /they differ by 0\.10$/],
      [[1], /they differ by NaN$/],
    ] as const) {
      // biome-ignore format: a table
      const { open, asked } = processes({}, (name) => (name === "torch" ? [...outputs] : [1, 2.000001]));
      const found = await measureInference({ ...PLAN, networks: ["lstm_64"] }, { open, run, say: () => {} });
      expect(found).toMatchObject([{ network: "lstm_64", failed: expect.stringMatching(by) }]);
      expect(asked.filter((each) => each.endsWith("0.1"))).toEqual([]);
      expect(inferTable(found)).toMatch(/^ {2}lstm_64 +failed$/m);
    }
  });

  test("finds the peers that are installed, and knows eight networks", () => {
    expect(installedInfer(temporaryFolder())).toEqual([]);
    expect(NETWORK_NAMES).toHaveLength(8);
  });
});

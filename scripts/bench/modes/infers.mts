/** --inference --peers: small networks for one example, ours beside other libraries on one thread, in paired turns. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { type OpenDecoder, openDecoder } from "../decode/open-decoder.mts";
import type { InferAnswer, InferQuestion, NetworkName } from "../infer/networks.mts";
import { checkSameOutputs, has, INFER_PEERS, type InferName, type InferPeer, takeInferTurn } from "../infer/turn.mts";
import { pythonOf } from "../python/environment.mts";
import type { Inferred } from "../report/infer-table.mts";
import { inferredOf } from "../report/infer-table.mts";
import { type Run, runChild } from "../run-child.mts";
import { takeTurns } from "./turns.mts";

export interface InferPlan {
  readonly networks: readonly NetworkName[];
  readonly peers: readonly InferPeer[];
  /** The folder with the peers' environments. */
  readonly folder: string;
  readonly rounds: number;
  /** For how long each process computes in a turn. */
  readonly seconds: number;
}

export interface InferOptions {
  readonly say: (line: string) => void;
  readonly open?: OpenDecoder<InferQuestion, InferAnswer>;
  readonly run?: Run<{ path: string }>;
}

const HERE = ["scripts", "bench", "infer"];
const SCRIPTS: Readonly<Record<InferPeer, string>> = { torch: "torch_infer.py", onnxruntime: "onnx_infer.py" };

/** The peers whose environments are in the folder. */
export const installedInfer = (folder: string): InferPeer[] =>
  INFER_PEERS.filter((peer) => existsSync(pythonOf(folder, peer)));

const ours = (...args: string[]) => [process.execPath, join(ROOT, "dist", ...HERE, "unroll-infer.mjs"), ...args];

function commandOf(name: InferName, folder: string, task: string): string[] {
  if (name === "unroll") return ours(task);
  if (name === "unroll-tensors") return ours(task, "tensors");
  return [pythonOf(folder, name), join(ROOT, ...HERE, "peers", SCRIPTS[name]), task];
}

export async function measureInference(
  { networks, peers, folder, rounds, seconds }: InferPlan,
  { say, open = openDecoder, run = runChild }: InferOptions,
): Promise<Inferred[]> {
  const place = mkdtempSync(join(tmpdir(), "unroll-infer-"));
  try {
    const { path } = await run(ours("--write", place));
    const cells = await takeTurns({
      names: networks,
      peers: ["unroll", "unroll-tensors", ...peers] satisfies InferName[],
      rounds,
      say,
      open: (name) => open(commandOf(name, folder, path)),
      measure: async (network, opened) => {
        const able = opened.filter(({ name }) => has(name, network));
        await checkSameOutputs(network, able);
        const turn = await takeInferTurn(network, able, seconds);
        const shown = Object.entries(turn).map(([name, us]) => `${name} ${us.toFixed(1)} µs`);
        return [turn, shown.join(", ")] as const;
      },
    });
    return cells.map(({ name: network, turns, failures: [failed] }) =>
      failed === undefined ? inferredOf(network, turns) : { network, failed },
    );
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

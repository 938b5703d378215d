/** One turn: all processes are alive at once and measured block by block, so that what slows the machine slows all. */
import type { Decoder } from "../decode/open-decoder.mts";
import { median } from "../median.mts";
import { type InferAnswer, type InferQuestion, NETWORKS, type NetworkName } from "./networks.mts";

export const INFER_PEERS = ["torch", "onnxruntime"] as const;
export type InferPeer = (typeof INFER_PEERS)[number];

/** "unroll" is called with values; "unroll-tensors" makes a tensor of each input, and reads and disposes one of each output. */
export type InferName = "unroll" | "unroll-tensors" | InferPeer;

export interface OpenedInfer {
  readonly name: InferName;
  readonly process: Decoder<InferQuestion, InferAnswer>;
}

const BLOCKS = 8;
const TOLERANCE = 1e-5;

/** PyTorch has no GRU whose reset gate acts before the product. */
export const has = (name: InferName, network: NetworkName): boolean =>
  name !== "torch" || NETWORKS[network].cell !== "gru";

/** @throws Error where outputs differ from ours: what is not the same work must not be compared */
export async function checkSameOutputs(network: NetworkName, opened: readonly OpenedInfer[]): Promise<void> {
  const all: (readonly number[])[] = [];
  for (const { process } of opened) all.push((await process.ask({ network, seconds: 0, tell: true })).outputs ?? []);
  const [ours = []] = all;
  if (ours.length === 0) throw new Error("unroll told no outputs");
  all.forEach((outputs, i) => {
    const largest = ours.reduce((most, value, k) => Math.max(most, Math.abs(value - (outputs[k] ?? Number.NaN))), 0);
    if (outputs.length === ours.length && largest <= TOLERANCE) return;
    throw new Error(`${opened[i]?.name} computes other outputs than unroll: they differ by ${largest.toPrecision(2)}`);
  });
}

/** @param seconds for how long each process computes, over all blocks @returns microseconds a call, the median over the blocks */
export async function takeInferTurn(
  network: NetworkName,
  opened: readonly OpenedInfer[],
  seconds: number,
): Promise<Record<string, number>> {
  const times = opened.map(({ name, process }) => ({ name, process, us: [] as number[] }));
  const question: InferQuestion = { network, seconds: seconds / BLOCKS, tell: false };
  for (let i = 0; i < BLOCKS; i++) {
    for (const { process, us } of i % 2 === 0 ? times : [...times].reverse()) us.push((await process.ask(question)).us);
  }
  return Object.fromEntries(times.map(({ name, us }) => [name, median(us)]));
}

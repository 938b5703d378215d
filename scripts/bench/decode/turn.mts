/** One turn: all decoding processes are alive at once and measured block by block, so that what slows the machine slows all. */
import { median } from "../median.mts";
import type { DecoderName } from "./decoders.mts";
import type { Decoder } from "./open-decoder.mts";
import { type Answer, type Question, SENTENCES, WAYS, type WayName } from "./ways.mts";

export interface Opened {
  readonly name: DecoderName;
  readonly process: Decoder;
}

/** What a turn found about one way to decode. */
export interface WayTurn {
  /** Milliseconds a sentence: the median over the blocks. */
  readonly ms: Readonly<Record<string, number>>;
  /** A peer's time over ours, block by block: the median. Above 1 ours is faster. */
  readonly ratios: Readonly<Record<string, number>>;
}

const BLOCKS = 8;
const ONE_BY_ONE = 16; // sentences of a block where the batch is 1

/**
 * Decodes all sentences once with each.
 *
 * @throws Error where tokens differ from ours: what is not the same work must not be compared
 */
export async function checkSameTokens(way: WayName, opened: readonly Opened[]): Promise<Record<string, string>> {
  const question: Question = { ...WAYS[way], start: 0, count: SENTENCES, seconds: 0, tell: true };
  const answers: { readonly name: DecoderName; readonly answer: Answer }[] = [];
  for (const { name, process } of opened) answers.push({ name, answer: await process.ask(question) });
  const ours = answers.find(({ name }) => name === "unroll")?.answer.tokens ?? [];
  if (ours.length !== SENTENCES) throw new Error(`expected ${SENTENCES} sentences, got ${ours.length}`);
  for (const { name, answer } of answers) {
    const others = ours.filter((tokens, i) => tokens.join() !== answer.tokens?.[i]?.join()).length;
    if (others > 0) throw new Error(`${name} decodes ${others} of ${SENTENCES} sentences otherwise than unroll`);
  }
  return Object.fromEntries(answers.flatMap(({ name, answer }) => (answer.with ? [[name, answer.with]] : [])));
}

/** @param seconds for how long each process decodes, over all blocks */
export async function takeTurn(way: WayName, opened: readonly Opened[], seconds: number): Promise<WayTurn> {
  const { beamWidth, batch } = WAYS[way];
  const count = batch === 1 ? ONE_BY_ONE : SENTENCES;
  const times = opened.map(({ name, process }) => ({ name, process, ms: [] as number[] }));
  for (let i = 0; i < BLOCKS; i++) {
    const start = (i * count) % SENTENCES;
    const question: Question = { start, count, batch, beamWidth, seconds: seconds / BLOCKS, tell: false };
    for (const { process, ms } of i % 2 === 0 ? times : [...times].reverse()) ms.push((await process.ask(question)).ms);
  }
  const ours = times.find(({ name }) => name === "unroll")?.ms ?? [];
  const peers = times.filter(({ name }) => name !== "unroll");
  return {
    ms: Object.fromEntries(times.map(({ name, ms }) => [name, median(ms)])),
    ratios: Object.fromEntries(
      peers.map(({ name, ms }) => [name, median(ms.map((each, i) => each / (ours[i] ?? Number.NaN)))]),
    ),
  };
}

/** --decode: sentences a second of encoder and decoder, ours beside other libraries, in paired turns. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DecoderName, type DecoderPeer, decoderCommand, writeCommand } from "../decode/decoders.mts";
import { type OpenDecoder, openDecoder } from "../decode/open-decoder.mts";
import { checkSameTokens, type Opened, takeTurn, type WayTurn } from "../decode/turn.mts";
import type { WayName } from "../decode/ways.mts";
import { type Decoded, decodedOf } from "../report/decode-table.mts";
import { type Run, runChild } from "../run-child.mts";

export interface DecodePlan {
  readonly ways: readonly WayName[];
  readonly peers: readonly DecoderPeer[];
  /** The folder with the peers' environments. */
  readonly folder: string;
  readonly rounds: number;
  /** For how long each process decodes in a turn. */
  readonly seconds: number;
}

export interface DecodeOptions {
  readonly say: (line: string) => void;
  readonly open?: OpenDecoder;
  readonly run?: Run<{ path: string }>;
}

/** `rounds` turns, each with new processes, because where a process's memory lies changes its speed by some percent. */
export async function measureDecoding(
  { ways, peers, folder, rounds, seconds }: DecodePlan,
  { say, open = openDecoder, run = runChild }: DecodeOptions,
): Promise<Decoded[]> {
  const names: DecoderName[] = ["unroll", ...peers];
  const cells = ways.map((way) => ({ way, turns: [] as WayTurn[], failures: [] as string[] }));
  const place = mkdtempSync(join(tmpdir(), "unroll-decode-"));
  try {
    const { path } = await run(writeCommand(place));
    for (let round = 1; round <= rounds; round++) {
      await withDecoders(names, { open, command: (name) => decoderCommand(name, folder, path) }, async (opened) => {
        if (round === 1) say(opened.map(({ decoder }) => decoder.version).join(", "));
        for (const { way, turns, failures } of cells.filter(({ failures }) => failures.length === 0)) {
          try {
            const used = await checkSameTokens(way, opened);
            const turn = await takeTurn(way, opened, seconds);
            turns.push(turn);
            say(`${way}: ${shown(turn, used)} (turn ${round} of ${rounds})`);
          } catch (error) {
            failures.push(error instanceof Error ? error.message : String(error));
            say(`${way} failed: ${failures[0]}`);
          }
        }
      });
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  return cells.map(({ way, turns, failures: [failed] }) =>
    failed === undefined ? decodedOf(way, turns) : { way, failed },
  );
}

interface Start {
  readonly open: OpenDecoder;
  readonly command: (name: DecoderName) => string[];
}

/** Starts all processes for a task, and ends them after it. */
async function withDecoders(
  names: readonly DecoderName[],
  { open, command }: Start,
  task: (opened: readonly Opened[]) => Promise<void>,
): Promise<void> {
  const opened: Opened[] = [];
  try {
    for (const name of names) opened.push({ name, decoder: await open(command(name)) });
    await task(opened);
  } finally {
    for (const { decoder } of opened) await decoder.close();
  }
}

const shown = ({ ms }: WayTurn, used: Readonly<Record<string, string>>): string =>
  Object.entries(ms)
    .map(([name, each]) => `${name} ${each.toFixed(2)} ms${used[name] ? ` (${used[name]})` : ""}`)
    .join(", ");

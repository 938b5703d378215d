/** --decode: sentences a second of encoder and decoder, ours beside other libraries, in paired turns. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DecoderName, type DecoderPeer, decoderCommand, writeCommand } from "../decode/decoders.mts";
import { type OpenDecoder, openDecoder } from "../decode/open-decoder.mts";
import { checkSameTokens, takeTurn, type WayTurn } from "../decode/turn.mts";
import type { WayName } from "../decode/ways.mts";
import { type Decoded, decodedOf } from "../report/decode-table.mts";
import { type Run, runChild } from "../run-child.mts";
import { takeTurns } from "./turns.mts";

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

export async function measureDecoding(
  { ways, peers, folder, rounds, seconds }: DecodePlan,
  { say, open = openDecoder, run = runChild }: DecodeOptions,
): Promise<Decoded[]> {
  const place = mkdtempSync(join(tmpdir(), "unroll-decode-"));
  try {
    const { path } = await run(writeCommand(place));
    const cells = await takeTurns({
      names: ways,
      peers: ["unroll", ...peers] satisfies DecoderName[],
      rounds,
      say,
      open: (name) => open(decoderCommand(name, folder, path)),
      measure: async (way, opened) => {
        const used = await checkSameTokens(way, opened);
        const turn = await takeTurn(way, opened, seconds);
        return [turn, shown(turn, used)] as const;
      },
    });
    return cells.map(({ name: way, turns, failures: [failed] }) =>
      failed === undefined ? decodedOf(way, turns) : { way, failed },
    );
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const shown = ({ ms }: WayTurn, used: Readonly<Record<string, string>>): string =>
  Object.entries(ms)
    .map(([name, each]) => `${name} ${each.toFixed(2)} ms${used[name] ? ` (${used[name]})` : ""}`)
    .join(", ");

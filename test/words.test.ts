// The field's words, not ours. Each line names what was said once, and what to say. Ordinary words are not in the list.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOCUMENTS } from "./docs/documents";
import { ROOT } from "./imports";

/** Identifiers that once stood here, and their names now. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  "is(Time)?Turn|turns?Of\\w*|turn[AB]|turned\\w+|(keep|narrow|find)Turns": "transpose",
  "(with)?[sS]pare(Units?|Count)|canSpare|withSpare\\w*": "padding units, pad, unpad",
  "spreadRows|widen[AB]?|narrowOutputs": "padMatmuls, pad, unpad",
  "isBadStride|BAD_STRIDE": "isCacheAliasingStride",
  "productPlan|ProductPlan": "matmulPadding",
  "Origin|ByOrigin|origins?(Of|Used)": "Value, ValueMap",
  HeldVariables: "SyncedVariables",
  writeThere: "emitForwardLoop",
  HandedOver: "Residual",
  "sumsSideBySide|sumsInLoop": "reduceUnrolled, reduceInLoop",
  "(in)?[sS]tretch(es)?": "chunk",
  "Draw|firstDraw|site": "RandomKey, firstKey, path",
  "hasBlocks|open(GRU|LSTM)Block": "hasFusedCells, openFusedGRU",
  "fence|idleLengths|noteIdleLengths": "single-writer check, unused lengths",
  cutlessCount: "hasReplicatedCount",
};

/** Phrases that once stood here, and what to say. */
const PHRASES: Readonly<Record<string, string>> = {
  "unless told": "Default: …",
  "(is|are|was) told of": "who says what to whom",
  "turn(s|ed)? round": "transpose",
  "units? to spare|columns to spare|numbers to spare": "padding units",
  "spread rows|rows (are )?spread": "padded matmul",
  "bad stride": "cache-aliasing stride",
  "loop (there|back)|way (there|back)\\b": "forward loop, backward loop, forward pass, backward pass",
  "handed over to the loop": "residuals",
  "of the (function|world) around": "captured (closed-over) value",
  "sums? side by side|sums in a loop": "unrolled reduction, loop reduction",
  "data that (is|are) held": "resident data",
  "(graph|model)s? that travels?": "export",
  "idle lengths": "unused lengths",
};

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|mts|mjs|cjs|py|md)$/.test(path))
    .map((path) => join(folder, path));

/** `file:line: what stands there (say …)` */
function found(list: Readonly<Record<string, string>>, pattern: (words: string) => RegExp, files: readonly string[]) {
  const lines = files.flatMap((file) =>
    readFileSync(join(ROOT, file), "utf8")
      .split("\n")
      .map((text, i) => ({ text, at: `${file}:${i + 1}` })),
  );
  return Object.entries(list).flatMap(([words, say]) =>
    lines.flatMap(({ text, at }) => {
      const hit = pattern(words).exec(text);
      return hit ? [`${at}: ${hit[0]} (say: ${say})`] : [];
    }),
  );
}

const FILES = [...sources("src"), ...sources("scripts"), ...DOCUMENTS];

test("no identifier of the old words stands in src, scripts, README or docs", () => {
  expect(FILES.length).toBeGreaterThan(300);
  expect(found(IDENTIFIERS, (words) => new RegExp(`(?<![\\w"'-])(?:${words})(?![\\w'-])`), FILES)).toEqual([]);
});

test("no phrase of the old words stands in src, scripts, README, docs, CONTRIBUTING or CHANGELOG", () => {
  const files = [...FILES, "CONTRIBUTING.md", "CHANGELOG.md"];
  expect(found(PHRASES, (words) => new RegExp(`\\b(?:${words})\\b`, "i"), files)).toEqual([]);
});

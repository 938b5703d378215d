// --decode: decoding processes in paired turns; most of them are made up.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decoderCommand, installedDecoders } from "../../scripts/bench/decode/decoders.mts";
import { type OpenDecoder, openDecoder } from "../../scripts/bench/decode/open-decoder.mts";
import { type Question, SENTENCES } from "../../scripts/bench/decode/ways.mts";
import { measureDecoding } from "../../scripts/bench/modes/decodes.mts";
import { decodedOf, decodeTable } from "../../scripts/bench/report/decode-table.mts";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { temporaryFolder } from "../scripts/support";

const PLAN = { ways: ["greedy_1"], peers: ["torch", "onnxruntime"], folder: "/p", rounds: 2, seconds: 0.8 } as const;
const silent = () => undefined;
const run = async () => ({ path: "/task.json" });

const nameOf = ([command = ""]: readonly string[]) => /torch|onnxruntime/.exec(command)?.[0] ?? "unroll";

/** Processes that take so many milliseconds a sentence, and say these tokens. */
function decoders(ms: Record<string, number>, tokensOf: (name: string, sentence: number) => number[] = (_, i) => [i]) {
  const asked: string[] = [];
  const questions: Question[] = [];
  const open: OpenDecoder = async (command) => {
    const name = nameOf(command);
    asked.push(`open ${name}`);
    return {
      version: name,
      close: async () => void asked.push(`close ${name}`),
      ask: async (question) => {
        asked.push(name);
        questions.push(question);
        const tokens = Array.from({ length: SENTENCES }, (_, i) => tokensOf(name, i));
        return { ms: ms[name] ?? 1, ...(question.tell && { tokens }) };
      },
    };
  };
  return { open, asked, questions };
}

describe("measureDecoding(plan, { open })", () => {
  test("all processes of a turn are alive at once, say their tokens, and are then measured block by block", async () => {
    const { open, asked, questions } = decoders({ unroll: 2, torch: 6, onnxruntime: 3 });
    const [found] = await measureDecoding(PLAN, { open, run, say: silent });
    const names = ["unroll", "torch", "onnxruntime"];
    const there = [...names, ...[...names].reverse()];
    const turn = [
      ...names.map((name) => `open ${name}`),
      ...names, // the tokens
      ...[there, there, there, there].flat(),
      ...names.map((name) => `close ${name}`),
    ];
    expect(asked).toEqual([...turn, ...turn]);
    expect(questions[0]).toEqual({ start: 0, count: 64, batch: 1, beamWidth: 1, seconds: 0, tell: true });
    expect(questions[3]).toEqual({ start: 0, count: 16, batch: 1, beamWidth: 1, seconds: 0.1, tell: false });
    const blocks = questions.slice(3, 27).filter((_, i) => i % 3 === 0);
    expect(blocks.map(({ start }) => start)).toEqual([0, 16, 32, 48, 0, 16, 32, 48]);
    expect(found).toMatchObject({ way: "greedy_1", turns: 2, best: "onnxruntime", ratio: 1.5, low: 1.5, high: 1.5 });
    expect(found).toMatchObject({ speeds: { unroll: 500, onnxruntime: 1000 / 3 } });
  });

  test("other tokens than ours are a failure that says how many sentences differ; nothing is timed then", async () => {
    const { open, questions } = decoders({}, (name, i) => (name === "torch" && i < 3 ? [i, 7] : [i]));
    const lines: string[] = [];
    const found = await measureDecoding(PLAN, { open, run, say: (line) => lines.push(line) });
    const failed = "torch decodes 3 of 64 sentences otherwise than unroll";
    expect(found).toEqual([{ way: "greedy_1", failed }]);
    expect(lines).toContain(`greedy_1 failed: ${failed}`);
    expect(questions.every(({ tell }) => tell)).toBe(true);
    expect(decodeTable(found)).toMatch(/^ {2}greedy_1 +failed$/m);
  });

  test("a process that does not start ends the others", async () => {
    const { open, asked } = decoders({});
    const failing: OpenDecoder = (command) =>
      nameOf(command) === "onnxruntime" ? Promise.reject(new Error("out of paper")) : open(command);
    await expect(measureDecoding(PLAN, { open: failing, run, say: silent })).rejects.toThrow("out of paper");
    expect(asked).toEqual(["open unroll", "open torch", "close unroll", "close torch"]);
  });
});

test("the table: sentences a second, and our speed over the faster peer's, as the median of paired turns", () => {
  const turns = [4, 3, 5].map((ms) => ({
    ms: { unroll: ms, torch: 3 * ms, onnxruntime: 1.5 * ms },
    ratios: { torch: 3, onnxruntime: 1.5 },
  }));
  const text = decodeTable([decodedOf("beam4_64", turns), { way: "greedy_1", failed: "x" }]);
  expect(text).toBe(`sentences a second
            unroll  torch  onnxruntime           of best  90 % interval
  beam4_64     250     83          167  1.50 onnxruntime   1.50 to 1.50
  greedy_1  failed

of best: our speed over the faster peer's, in paired turns, above 1 is faster. All decode the same tokens`);
});

describe("openDecoder(command)", () => {
  const node = (script: string) => [process.execPath, "-e", script];
  const question: Question = { start: 0, count: 1, batch: 1, beamWidth: 1, seconds: 0, tell: true };
  const echo = `console.log('{"version": "1"}'); process.stdin.on("data", (text) => {
    const { count } = JSON.parse(text); console.log(JSON.stringify({ ms: count, tokens: [[5]] })); });`;

  test("answers question after question until it is closed", async () => {
    const decoder = await openDecoder(node(echo));
    expect(decoder.version).toBe("1");
    for (const count of [1, 2]) expect(await decoder.ask({ ...question, count })).toEqual({ ms: count, tokens: [[5]] });
    await decoder.close();
    await expect(decoder.ask(question)).rejects.toThrow("ended with SIGKILL");
  });

  test.each([
    ['console.error("first"); console.error("why"); process.exit(1)', "why", 60_000],
    ["process.exit(3)", "ended with 3", 60_000],
    ["setTimeout(() => {}, 60_000)", "took longer than 0.2 s", 200],
  ])("a process that does not answer says why: %s", async (script, message, limit) => {
    await expect(openDecoder(node(script), limit)).rejects.toThrow(message);
  });
});

test("the peers that are installed: those whose Python is there", () => {
  expect(installedDecoders(temporaryFolder())).toEqual([]);
  const [python = "", script = "", task] = decoderCommand("onnxruntime", "/p", "/task.json");
  expect(python).toMatch(/onnxruntime/);
  expect([existsSync(script), task]).toEqual([true, "/task.json"]);
  expect(script).toBe(join(ROOT, "scripts/bench/decode/peers/onnx_decode.py"));
});

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { type GensimSettings, PeerError, runPeer } from "../../../src/notebook";
import { runPeerOf } from "../../../src/notebook/peers/run-peer";
import { ROOT } from "../../imports";
import { temporaryFolder } from "../../temporary-folder";

afterEach(() => {
  vi.restoreAllMocks();
});

const SETTINGS: GensimSettings = { model: "skip-gram", epochs: 2, minCount: 1, vectorSize: 4 };

/** A folder whose "gensim" is a program of Node.js: it gets script, sentences, settings and output as arguments. */
function peerFolder(program: string): string {
  const root = temporaryFolder();
  mkdirSync(join(root, ".peers/gensim/bin"), { recursive: true });
  mkdirSync(join(root, "scripts/peers"), { recursive: true });
  writeFileSync(join(root, "scripts/peers/gensim_word2vec.py"), "");
  const python = join(root, ".peers/gensim/bin/python");
  writeFileSync(python, `#!${process.execPath}\n${program}\n`);
  chmodSync(python, 0o755);
  return root;
}
const run = (root: string, options = {}) =>
  runPeerOf(root, "gensim", { sentences: ["a b\nc", ["d", "e"]], settings: SETTINGS, options });

test("runPeer gives the other library one sentence a line and the settings, and returns the JSON of its last line", async () => {
  const program = `
    const [, , , path, settings, output] = process.argv;
    const text = require("node:fs").readFileSync(path, "utf8");
    console.log("a warning");
    console.log(JSON.stringify({ text, settings: JSON.parse(settings), output, path }));`;
  const told = (await run(peerFolder(program), { saveTo: "v.bin" })) as unknown as Record<string, unknown>;
  expect(told).toMatchObject({ text: "a b c\nd e\n", settings: { workers: 1, ...SETTINGS }, output: "v.bin" });
  expect(existsSync(told.path as string)).toBe(false); // the temporary file is gone
});

test("where the library is not installed, one line says so, and the result is undefined", async () => {
  const log = vi.spyOn(console, "log").mockReturnValue();
  expect(await run(temporaryFolder())).toBeUndefined();
  expect(log.mock.calls).toEqual([["gensim is not installed: npm run peers -- gensim installs it in a clone"]]);
});

test("a library that fails, and one that does not end, is a PeerError", async () => {
  const failing = run(peerFolder(`console.error("no such word"); process.exit(3);`));
  await expect(failing).rejects.toThrow(PeerError);
  await expect(failing).rejects.toThrow(/ended with code 3: no such word/);
  await expect(run(peerFolder("setInterval(() => {}, 1000);"), { limit: 0.2 })).rejects.toThrow(/within 0\.2 s/);
});

test.skipIf(process.platform === "win32")("an interrupt ends the library too", async () => {
  const running = run(peerFolder("setInterval(() => {}, 1000);"));
  setTimeout(() => process.emit("SIGINT"), 300);
  await expect(running).rejects.toThrow(/interrupted/i);
});

test("package.json and the pinned versions name the peer that runPeer says how to install", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(scripts.peers).toBe("node scripts/run.mjs peers");
  expect(readFileSync(join(ROOT, "scripts/peers/requirements-gensim.txt"), "utf8")).toMatch(/^gensim==\d/m);
});

test.runIf(existsSync(join(ROOT, ".peers/gensim")))("gensim itself trains and tells its speed", async () => {
  const told = await runPeer("gensim", new Array(50).fill("the king rules the land"), SETTINGS);
  expect(told).toMatchObject({ words: 250, vocabularySize: 4 });
  expect(told?.wordsPerSecond).toBeGreaterThan(0);
});

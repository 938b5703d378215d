// The examples of every page of docs/ run, by themselves, in a folder of the page's own.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ROOT } from "../scripts/setup/paths.mjs";
import { canCompile } from "../src/compile";
import { blocksOf, DOCUMENTS } from "./docs/documents";
import { nameOf, project } from "./docs/readme-project";
import { buildFirst } from "./scripts/built";
import { write } from "./scripts/support";

buildFirst();
const QUICK = ["README", "compile"]; // readme.test.ts runs these
const PAGES = DOCUMENTS.filter((path) => blocksOf(path).length > 0 && !QUICK.includes(nameOf(path)));
const { folder, run } = project(PAGES);

/** What must stand in a page's folder before its examples run. */
const FILES: Readonly<Record<string, () => void>> = {
  "own-data": () => {
    const months = Array.from({ length: 144 }, (_, i) => `"month ${i}",${300 + i + 50 * Math.sin(i / 2)}`);
    write(folder("own-data"), { "passengers.csv": ["Month,Passengers", ...months, ""].join("\n") });
  },
  "own-text": () => write(folder("own-text"), { "my-text.txt": RAIN }),
  text: () => write(folder("text"), { "corpus.txt": RAIN }),
  weights: () => {
    const goldens = join(ROOT, "test/golden/foreign");
    const models = join(folder("weights"), "models");
    cpSync(join(goldens, "checkpoints"), models, { recursive: true });
    cpSync(join(goldens, "torch.gru.safetensors"), join(models, "torch.gru.safetensors"));
    const keras = gunzipSync(readFileSync(join(goldens, "files/keras3.weights.h5.gz")));
    writeFileSync(join(models, "keras3.weights.h5"), keras);
  },
};
const RAIN = "The rain in Spain stays mainly in the plain. ".repeat(2000);

/** What a page's examples print and write. */
const SHOWS: Readonly<Record<string, (stdout: string) => void>> = {
  training: (stdout) => expect(stdout).toMatch(/epoch 2\/2: loss [\d.]+, .*val_loss [\d.]+/),
  "own-data": (stdout) => {
    expect(stdout).toMatch(/^next month: \d{3}/m);
    expect(stdout).toContain("[ 1, 3 ]\n[ 2, 3, 2 ]");
  },
  checkpoints: (stdout) => {
    expect(stdout).toMatch(/\{ value: [\d.]+, mode: 'min' \}/);
    const own = () => readdirSync(join(folder("checkpoints"), "runs/own")).sort();
    expect(own()).toEqual(["checkpoint-000000020", "checkpoint-000000030", "checkpoint-000000040"]);
    const before = own();
    const second = run("checkpoints");
    expect(second.status, second.stderr).toBe(0);
    expect(second.stdout).toMatch(/(going on in epoch \d+ of \d+|nothing to train).*, from .*runs.series/);
    expect(own()).toEqual(before);
  },
  export: () => {
    const exported = readdirSync(join(folder("export"), "exports")).sort();
    expect(exported).toEqual(["mnist", "mnist-web", "mnist.safetensors", "reader"]);
  },
  "own-text": (stdout) => {
    expect(stdout).toMatch(/epoch 2\/2: loss [\d.]+/);
    expect(stdout).toContain("stays mainly in the plain. The rain in Spain");
  },
  text: (stdout) => {
    expect(stdout).toMatch(/word: '(queen|land|rules|the)'/);
    expect(readdirSync(folder("text"))).toContain("vectors.bin");
  },
  weights: (stdout) => expect(stdout).toContain("rnn/basic_lstm_cell/kernel"),
  translation: (stdout) => {
    expect(stdout).toMatch(/^BLEU = [\d.]+ /m);
    expect(readdirSync(join(folder("translation"), "exported/translator"))).toContain("index.html");
  },
  music: () => {
    const written = readdirSync(join(folder("music"), "runs/music")).sort();
    expect(written).toEqual(["chorale.mid", "chorale.wav", "song.mid", "song.wav"]);
  },
  "data-sets": (stdout) => expect(stdout).toContain("stand-in"),
};

test("every page with examples has a line that says what they show", () => {
  expect(PAGES.map(nameOf).sort()).toEqual(Object.keys(SHOWS).sort());
});

const withoutGraphs = ["weights", "data-sets"];
for (const [name, shows] of Object.entries(SHOWS)) {
  test.skipIf(!canCompile() && !withoutGraphs.includes(name))(`docs/${name}.md: the examples run by themselves`, () => {
    FILES[name]?.();
    const { status, stdout, stderr } = run(name);
    expect(status, stderr).toBe(0);
    shows(stdout);
  });
}

// What `npm run tensorboard` serves of a training, asked as a browser asks; where TensorBoard is in .venv.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT, venvPython } from "../../../scripts/setup/paths.mjs";
import { boardArguments } from "../../../scripts/tensorboard/serve.mts";
import { buildFirst } from "../built";
import { temporaryFolder } from "../support";

buildFirst();

const python = venvPython(ROOT, process.platform);
const isThere = existsSync(python) && spawnSync(python, ["-c", "import tensorboard"]).status === 0;
const isNative = !["wasm", "cpu"].includes(process.env.UNROLL_ENGINE ?? "");

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("expected a port"));
      server.close(() => resolve(address.port));
    });
  });
}

/** Tags by run: an object whose keys are the tags of a plugin's data. */
type Tags = Record<string, Record<string, unknown>>;
type Point = readonly [wallTime: number, step: number, value: number];

/** The JSON at a path, once the server is up and has read the files. */
async function asked<Reply>(url: string, isWhole: (found: Reply) => boolean): Promise<Reply> {
  for (;;) {
    const text = await fetch(url).then(
      (response) => (response.ok ? response.text() : undefined),
      () => undefined,
    );
    const found: Reply | undefined = text === undefined ? undefined : JSON.parse(text);
    if (found !== undefined && isWhole(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

test.runIf(isThere && isNative)(
  "TensorBoard reads what a training wrote: the curves of both runs, histograms, the configuration",
  async () => {
    const runs = temporaryFolder();
    const settings = ["--model", "series", "--quick", "--units", "4", "--epochs", "3", "--tensorboard", "--name", "tb"];
    const trained = spawnSync(process.execPath, [join(ROOT, "dist/scripts/train.mjs"), "--runs", runs, ...settings], {
      encoding: "utf8",
    });
    expect(trained.status, trained.stderr).toBe(0);
    const port = await freePort();
    const board = spawn(python, boardArguments(ROOT, [`--logdir=${runs}`, `--port=${port}`]), { stdio: "ignore" });
    onTestFinished(() => void board.kill("SIGTERM"));
    const plugin = `http://127.0.0.1:${port}/data/plugin`;
    const tags = await asked<Tags>(
      `${plugin}/scalars/tags`,
      (found) => "tb/validation" in found && "tb/train" in found,
    );
    expect(Object.keys(tags["tb/train"] ?? {}).sort()).toEqual(["learningRate", "loss", "seconds"]);
    expect(Object.keys(tags["tb/validation"] ?? {})).toEqual(["loss"]);
    const lossOf = /^epoch \d\/3: loss ([\d.]+), val_loss ([\d.]+)/gm;
    const printed = [...trained.stdout.matchAll(lossOf)].map(([, ...values]) => values.map(Number));
    for (const [i, run] of ["train", "validation"].entries()) {
      const points = await asked<Point[]>(
        `${plugin}/scalars/scalars?tag=loss&run=tb/${run}`,
        (found) => found.length === 3,
      );
      expect(points.map(([, step]) => step)).toEqual([0, 1, 2]);
      for (const [epoch, [, , value]] of points.entries())
        expect(value).toBeCloseTo(printed[epoch]?.[i] ?? Number.NaN, 1);
    }
    const histograms = await asked<Tags>(`${plugin}/histograms/tags`, (found) => "tb/train" in found);
    expect(Object.keys(histograms["tb/train"] ?? {})).toContain("rnn/basic_rnn_cell/kernel");
    const [text] = await asked<{ text: string }[]>(
      `${plugin}/text/text?run=tb/train&tag=configuration`,
      (found) => found.length > 0,
    );
    expect(text?.text).toMatch(/<td>optimizer<\/td>\s*<td>AdamOptimizer<\/td>/);
  },
);

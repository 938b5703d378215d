// --peers: the Python peers at training; their processes are made up.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { HELP } from "../../scripts/bench/help.mts";
import { measureAll, type Plan } from "../../scripts/bench/modes/peers.mts";
import { PYTHON } from "../../scripts/bench/peers.mts";
import { checkLosses } from "../../scripts/bench/python/check-losses.mts";
import { installedOf } from "../../scripts/bench/python/installed.mts";
import type { PythonResult } from "../../scripts/bench/python/measure-python.mts";
import { environmentOf, formOf, formsOf, pythonIn, waysOf } from "../../scripts/bench/python/ways.mts";
import type { Run } from "../../scripts/bench/run-child.mts";
import type { Reference } from "../../scripts/bench/workloads/reference.mts";
import type { Workload } from "../../scripts/bench/workloads/workload.mts";
import { isPeer } from "../../scripts/peers/install.mts";
import { temporaryFolder } from "../temporary-folder";

const LSTM: Workload = {
  ...{ cell: "lstm", activation: "tanh", layers: 1, batch: 1, timeSteps: 1, inputs: 1, units: 1, outputs: 1 },
  ...{ head: "last", loss: "mse" },
};
const PLAN: Plan = { peers: [], workloads: ["a"], specs: { a: LSTM }, folder: "/p", rounds: 1, seconds: 2 };
const OWN = [2, 1.5, 1.25];
const TWICE = [2, 1.4, 1.1]; // what PyTorch's two biases give
const write: Run<Reference> = async () => ({ task: "/t/task.json", losses: { own: OWN, "two-biases": TWICE } });

const cores = waysOf("torch")[0]?.threads ?? 1;

/** @param answer what a process of that peer prints in that way */
async function measured(plan: Partial<Plan>, answer: (script: string, mode: string, threads: number) => PythonResult) {
  const lines: string[] = [];
  const commands: string[] = [];
  const run: Run<PythonResult> = async ([, , script = "", , settings = "{}"]) => {
    const { mode, threads } = JSON.parse(settings);
    commands.push(`${script} ${mode} ${threads}`);
    return answer(script, mode, threads);
  };
  const rows = await measureAll({ ...PLAN, ...plan }, { run, write, say: (line) => lines.push(line) });
  return { rows, lines, commands };
}
const took = (median_ms: number, losses: readonly number[], notes: string[] = []): PythonResult => {
  return { median_ms, min_ms: 1, first_step_ms: 3, steps: 12, losses, notes };
};

describe("measureAll(plan) with Python peers", () => {
  test("tries each mode with all cores and with one thread; the fastest counts, and is the only one in later rounds", async () => {
    const ms = (mode: string, threads: number) => (mode === "jit" ? 4 : 6) + (threads === 1 ? 1 : 0);
    const plan = { peers: ["keras"], rounds: 2 } as const;
    const { rows, commands } = await measured(plan, (_, mode, threads) => took(ms(mode, threads), OWN));
    const all = [...new Set([cores, 1])];
    const tried = ["plain", "jit"].flatMap((mode) => all.map((threads) => `keras ${mode} ${threads}`));
    expect(commands).toEqual([...tried, `keras jit ${cores}`]);
    const way = `jit, ${cores} ${cores === 1 ? "thread" : "threads"}`;
    expect(rows).toMatchObject([{ peer: "keras", median_ms: cores === 1 ? 5 : 4, with: way }]);
  });

  test("a peer whose losses are not ours is refused: its row has failed, and no time", async () => {
    const { rows, lines } = await measured({ peers: ["jax", "tf1"] }, (script) =>
      took(1, script === "jax" ? [2, 1.5, 1.2] : OWN),
    );
    expect(rows.map(({ peer, failed, median_ms }) => [peer, failed, median_ms])).toEqual([
      ["jax", true, null],
      ["tf1", undefined, 1],
    ]);
    const why = "refused, it computes another step: losses 2.00000, 1.50000, 1.20000, ours 2.00000, 1.50000, 1.25000";
    expect(lines).toContain(`a jax failed: ${why}`);
  });

  test("is compared with our loss of the step that it computes: PyTorch has two biases", async () => {
    const own = await measured({ peers: ["torch"] }, () => took(1, OWN));
    expect(own.rows[0]?.failed).toBe(true);
    const twice = await measured({ peers: ["torch"] }, () => took(1, TWICE));
    expect(twice.rows[0]?.median_ms).toBe(1);
  });

  test("what a process tells about itself is a line; a mode that fails is left out, and the other counts", async () => {
    const { rows, lines } = await measured({ peers: ["keras"] }, (_, mode) => {
      if (mode === "jit") throw new Error("no XLA");
      return took(3, OWN, ["graph break, 1 times: LSTM"]);
    });
    expect(rows[0]).toMatchObject({ median_ms: 3 });
    expect(lines.filter((line) => line.endsWith("graph break, 1 times: LSTM"))).not.toEqual([]);
    expect(lines.filter((line) => line.endsWith("is left out: no XLA"))).toHaveLength(1);
  });
});

test("checkLosses(losses, ours) takes a difference of 1e-4, and refuses more, NaN and no losses", () => {
  checkLosses([2.0001, 1.5], OWN);
  for (const losses of [[2.001, 1.5, 1.25], [2, 1.5, Number.NaN], [2], []]) {
    expect(() => checkLosses(losses, OWN)).toThrow("refused, it computes another step");
  }
});

test("formOf(peer, cell) names the step that a peer computes, and formsOf(cell) all of them", () => {
  expect(formOf("torch", "lstm")).toBe("two-biases");
  expect(formOf("keras3-jax", "lstm")).toBe("own");
  expect(formOf("keras3-jax", "gru")).toBe("reset-after-two-biases");
  expect(formOf("jax", "gru")).toBe("reset-after");
  expect(formOf("tf1", "gru")).toBe("own");
  expect(formsOf("rnn")).toEqual(["two-biases", "own"]);
});

describe("installedOf(asked, { say })", () => {
  function withTorch(): string {
    const folder = temporaryFolder();
    const python = pythonIn(folder, "torch");
    mkdirSync(dirname(python), { recursive: true });
    writeFileSync(python, "");
    return folder;
  }

  test("leaves out what is not installed, and says so in a line", () => {
    const folder = withTorch();
    const lines: string[] = [];
    const peers = installedOf(
      { peers: ["unroll", ...PYTHON], named: false, folder },
      { say: (line) => lines.push(line) },
    );
    expect(peers).toEqual(["unroll", "torch", "torch-compile"]);
    expect(lines).toEqual([
      `not installed in ${folder}: jax, jax-0.4.31, tf1, keras, keras3-tensorflow, keras3-jax, keras3-torch (npm run peers -- jax jax-0.4.31 tf keras3 installs them in .peers)`,
    ]);
  });

  test("refuses one that --only-peers names", () => {
    const folder = withTorch();
    const asked = { peers: ["jax"], named: true, folder } as const;
    expect(() => installedOf(asked, { say: () => undefined })).toThrow(
      `--only-peers: not installed in ${folder}: jax (npm run peers -- jax installs them in .peers)`,
    );
  });
});

test("the help names each Python peer and its environment, which npm run peers installs", () => {
  for (const peer of PYTHON) {
    expect(HELP).toMatch(new RegExp(`^  ${peer} +${environmentOf(peer)} `, "m"));
    expect(isPeer(environmentOf(peer)), peer).toBe(true);
  }
});

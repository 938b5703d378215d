// README's table, from what npm run bench -- --json printed.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { argumentsOf } from "../../scripts/bench/arguments.mts";
import { aboutOf, installedVersion } from "../../scripts/bench/report/about.mts";
import { MARKS, readmeTable, withTable } from "../../scripts/bench/report/readme-table.mts";
import { documentText } from "../docs/documents";
import { temporaryFolder } from "../temporary-folder";

const row = (peer: string, workload: string, median_ms: number | null) => JSON.stringify({ peer, workload, median_ms });
const ABOUT = JSON.stringify({
  machine: "2 × A, 8 GB, Linux 6",
  date: "2026-01-02",
  versions: { unroll: "0.1.0", torch: "2.1" },
});
const LINES = [row("torch", "short", 20), row("unroll", "short", 4.567), row("unroll", "long", null), ABOUT, ""];

test("rows become a line a workload, ours first, the least in bold, with machine and versions", () => {
  expect(readmeTable(LINES.join("\n"), "bench.json")).toBe(`| milliseconds a step | Unroll | PyTorch |
| --- | ---: | ---: |
| \`short\` | **4.57** | 20.0 |
| \`long\` | failed | – |

Measured 2026-01-02 on 2 × A, 8 GB, Linux 6: unroll 0.1.0, torch 2.1.`);
});

test("has README's columns only, or those that are named", () => {
  const lines = [row("unroll", "short", 1), row("keras3-jax", "short", 2), row("tfjs-layers", "short", 3), ABOUT];
  expect(readmeTable(lines.join("\n"), "a.json")).toMatch(/^\| milliseconds a step \| Unroll \|\n/);
  const named = readmeTable(lines.join("\n"), "a.json", ["unroll", "keras3-jax"]);
  expect(named).toMatch(/^\| milliseconds a step \| Unroll \| Keras 3 on JAX \|\n/);
  const asked = argumentsOf(["--table", "a.json", "--only-peers", "keras3-jax,unroll"]);
  expect(asked).toMatchObject({ mode: "table", named: true, peers: ["unroll", "keras3-jax"] });
});

test("a file without machine or rows, and a line of another kind, are refused", () => {
  expect(() => readmeTable(row("unroll", "short", 1), "a.json")).toThrow("a.json: expected a line with machine");
  expect(() => readmeTable(ABOUT, "a.json")).toThrow(
    "a.json: expected a line for each workload and one of unroll, torch, jax, tf1, keras, got none",
  );
  for (const line of ["{", "3", row("numpy", "short", 1), row("unroll", "short", -1)])
    expect(() => readmeTable(`${ABOUT}\n${line}`, "a.json")).toThrow("a.json, line 2: expected a row");
});

test("the table takes the place between README's marks, which are there, and the rest stays", () => {
  const readme = documentText("README.md");
  const once = withTable(readme, "| a |");
  expect(once).toContain(`${MARKS[0]}\n| a |\n${MARKS[1]}`);
  expect(withTable(once, "| b |")).toBe(once.replace("| a |", "| b |"));
  expect(() => withTable("# Unroll", "| a |")).toThrow("README.md: expected the lines");
});

test("--table takes a file, and measures nothing", () => {
  expect(argumentsOf(["--table", "bench.json"])).toMatchObject({ mode: "table", table: "bench.json" });
  expect(() => argumentsOf(["--table", "bench.json", "--fit"])).toThrow("--fit and --table: expected one of them");
});

test("aboutOf tells machine, day and versions, those of Python's packages from their folders", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "torch/lib/python3.11/site-packages/torch-2.1.0.dist-info"), { recursive: true });
  expect(installedVersion(join(folder, "torch"), "torch")).toBe("2.1.0");
  mkdirSync(join(folder, "tf/lib/python3.11/site-packages/tensorflow_cpu-2.15.1.dist-info"), { recursive: true });
  for (const [environment, version] of [
    ["jax", "0.10.2"],
    ["jax-0.4.31", "0.4.31"],
  ]) {
    mkdirSync(join(folder, `${environment}/lib/python3.11/site-packages/jax-${version}.dist-info`), {
      recursive: true,
    });
  }
  const peers = ["unroll", "torch", "torch-compile", "jax", "jax-0.4.31", "tf1", "keras3-jax"] as const;
  const { machine, date, versions } = aboutOf(peers, folder);
  expect(machine).toMatch(/^\d+ × .+, \d+ GB, \w+ \d+\.\d+$/);
  expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
  const own = { unroll: "0.1.0", node: process.versions.node, "tensorflow.js": "4.22.0" };
  expect(versions).toEqual({ ...own, torch: "2.1.0", jax: "0.10.2 and 0.4.31", tensorflow: "2.15.1" });
});

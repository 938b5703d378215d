import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findNotebooks } from "../../../scripts/notebooks/find.mts";
import { fingerprint, outputProblem } from "../../../scripts/notebooks/outputs/outputs.mts";
import { type Facts, verdict } from "../../../scripts/notebooks/verdict.mts";
import { temporaryFolder } from "../../temporary-folder";

const claim = { name: "a", verdict: "holds", text: "1, at least 1" } as const;
const facts = (more: Partial<Facts> = {}): Facts => {
  return { seconds: 1, failed_cell: null, streams: [], claims: [claim], kernel_log: "", ...more };
};
const stderr = (text: string) => facts({ streams: [{ name: "stderr", cell: 1, text }] });
const kinds = (run: Facts, declared: unknown = 1) => verdict(run, declared).reasons.map(({ kind }) => kind);

test("a warning on stderr is no failure; a lost rejection and a module cell that does not compile are", () => {
  expect(kinds(stderr("(node:1) Warning: something is slow\n"))).toEqual([]);
  expect(kinds(stderr("first\nUnhandledPromiseRejection: Error: lost\n"))).toEqual(["unhandled"]);
  expect(kinds(stderr("UncaughtException: Error: thrown\n"))).toEqual(["unhandled"]);
  expect(kinds(stderr("2:7 - Type 'number' is not assignable to type 'string'.\n"))).toEqual(["unhandled"]);
  expect(kinds(facts({ kernel_log: "FATAL ERROR: Reached heap limit" }))).toEqual(["unhandled"]);
});

test("a run that broke off is red, and so is one that printed more than was looked at", () => {
  const broken = facts({ broken_off: "ValueError: odd message", current_cell: 3, claims: [] });
  expect(verdict(broken, 1).reasons).toEqual([{ kind: "broken-off", message: "in cell 3: ValueError: odd message" }]);
  expect(kinds(facts({ left_out: 12 }))).toEqual(["too-much-output"]);
});

test("a claim made twice counts once, with its worst verdict", () => {
  const fails = { ...claim, verdict: "fails" } as const;
  expect(verdict(facts({ claims: [claim, claim] }), 2).reasons).toMatchObject([{ kind: "few-claims" }]);
  expect(verdict(facts({ claims: [fails, claim] }), 1)).toMatchObject({ status: "failed", claims: [fails] });
});

test("a line about stand-in data unproves the claims that hold, but not those that fail", () => {
  const streams = [{ name: "stdout", cell: 1, text: "ready\nstand-in data: drawn\n" }];
  expect(verdict(facts({ streams }), 1).status).toBe("not proven");
  expect(verdict(facts({ streams, claims: [{ ...claim, verdict: "fails" }] }), 1).status).toBe("failed");
});

test.each([null, 0, "2", 1.5])("metadata.unroll.claims: %s is refused", (declared) => {
  expect(kinds(facts(), declared)).toEqual(["undeclared"]);
});

test("names: with or without .ipynb, a path, the only one that begins so", () => {
  const root = temporaryFolder();
  for (const name of ["01-a", "02-b", "02-c"])
    writeFileSync(join(root, `${name}.ipynb`), '{"cells":[],"metadata":{"unroll":{}}}');
  const found = (...names: string[]) => findNotebooks(names, root).map((path) => path.slice(root.length + 1, -6));
  expect(found()).toEqual(["01-a", "02-b", "02-c"]);
  expect(found("01", "02-b", "notebooks/02-c.ipynb", "01-a")).toEqual(["01-a", "02-b", "02-c"]);
  expect(() => found("03")).toThrow('no notebook is called "03"; there are: 01-a, 02-b, 02-c');
  expect(() => found("02")).toThrow('more than one notebook begins with "02"; there are: 01-a, 02-b, 02-c');
});

test("outputs are refused when missing, older than the cells, of the quick profile, or too large", () => {
  const path = join(temporaryFolder(), "a.ipynb");
  const cells = [{ cell_type: "code", source: ["const a = 1;\n", "a"] }];
  const problem = (outputs: unknown, more = {}) => {
    writeFileSync(path, JSON.stringify({ cells, metadata: { unroll: { outputs } }, ...more }));
    return outputProblem(path);
  };
  const current = { fingerprint: fingerprint({ cells }), profile: "full" };
  expect(problem(current)).toBeUndefined();
  expect(problem(undefined)).toBe("has no recorded outputs");
  expect(problem({ ...current, fingerprint: "0" })).toBe("has outputs that are older than its cells");
  expect(problem({ ...current, profile: "quick" })).toBe("has outputs of the quick profile");
  expect(problem(current, { filler: "x".repeat(512_000) })).toMatch(/512000 are the most/);
});

test("the fingerprint is of the code cells, however their lines are stored", () => {
  const code = (source: string | string[]) => ({ cell_type: "code", source });
  const of = (...cells: { cell_type: string; source: string | string[] }[]) => fingerprint({ cells });
  expect(of(code("a\nb"))).toBe(of({ cell_type: "markdown", source: "prose" }, code(["a\n", "b"])));
  expect(of(code("a"), code("b"))).not.toBe(of(code("ab"), code("")));
});

test("a reader's own notebook, which git does not know and which declares nothing, is left out unless named", () => {
  const root = temporaryFolder();
  const git = (...args: string[]) => spawnSync("git", args, { cwd: root });
  const write = (name: string, metadata: object) =>
    writeFileSync(join(root, `${name}.ipynb`), JSON.stringify({ cells: [], metadata, nbformat: 4, nbformat_minor: 5 }));
  write("01-ours", { unroll: { claims: 1 } });
  write("02-ours-without-claims", {});
  git("init", "-q");
  git("add", ".");
  write("Untitled", {});
  const names = (...asked: string[]) => findNotebooks(asked, root).map((path) => path.slice(root.length + 1, -6));
  expect(names()).toEqual(["01-ours", "02-ours-without-claims"]);
  expect(names("Untitled")).toEqual(["Untitled"]);
});

// What an interrupt needs is added to a cell's JavaScript, and nothing else changes.
import ts from "typescript-5.0";
import { expect, test } from "vitest";
import { stoppable } from "../../../scripts/setup/jupyter/stoppable.cjs";

/** The cell with its checks; "DECLARED" is the declaration of `$cell`. */
const checked = (source: string) =>
  stoppable(ts, source)
    .output.replaceAll("globalThis.__tslab__?.cell?.() ?? { check() {}, pass: (value) => value };", "DECLARED;")
    .replaceAll("$unrollCell", "$cell");

const D = "const $cell = DECLARED;";

test("a cell without async code stays as it is, and one that only declares it does not await", () => {
  const plain = "const a = 1;\nexports.a = a;\nfor (;;) a++;\n";
  expect(stoppable(ts, plain)).toEqual({ output: plain, hasToplevelAwait: false });
  expect(stoppable(ts, "const f = async () => { await g(); };").hasToplevelAwait).toBe(false);
});

test.each([
  [
    "const a = await f();\nexports.a = a;\nplot(a);\n",
    `${D} const a = await f();\nexports.a = a; $cell.check();\nplot(a);\n`,
  ],
  ["exports.a = a = await (0, f)();", `${D} exports.a = a = await (0, f)(); $cell.check();`],
  ["plot(await f());", `${D} plot($cell.pass(await f())); $cell.check();`],
  ["const a = await f(), b = await g();", `${D} const a = $cell.pass(await f()), b = await g(); $cell.check();`],
  ["for (const x of xs) await f(x);", `${D} for (const x of xs) { await f(x); $cell.check(); } $cell.check();`],
  ["for await (const x of xs) { f(x); }", `${D} for await (const x of xs) { $cell.check(); f(x); } $cell.check();`],
  [
    "try { await f(); } catch { } finally { await g(await h()); }",
    `${D} try { await f(); $cell.check(); } catch { } finally { await g(await h()); } $cell.check();`,
  ],
  ["async function f() { await g(); return 1; }", `async function f() { ${D} await g(); $cell.check(); return 1; }`],
  ["const f = async (x) => 1 + await g(x);", `const f = async (x) => { ${D} return (1 + $cell.pass(await g(x))); };`],
  ["const f = async (x) => await g(x);", "const f = async (x) => await g(x);"],
  ["class A { async f() { return await g(); } }", `class A { async f() { ${D} return await g(); } }`],
  [
    "await all(xs.map(async (x) => { await f(x); h(); }));",
    `${D} await all(xs.map(async (x) => { ${D} await f(x); $cell.check(); h(); })); $cell.check();`,
  ],
])("%s", (source, expected) => {
  expect(checked(source)).toBe(expected);
  expect(ts.createSourceFile("a.js", checked(source), ts.ScriptTarget.Latest)).not.toHaveProperty("parseDiagnostics.0");
});

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { venvPython } from "../../../scripts/setup/paths.mjs";
import { installTensorBoard } from "../../../scripts/tensorboard/install.mts";
import { boardArguments, serve } from "../../../scripts/tensorboard/serve.mts";
import { contextIn, machine, temporaryFolder } from "../support";

/** A project whose .venv has a Python that is this shell script; what it was called with is in `calls`. */
function project(script: string) {
  const folder = temporaryFolder();
  const ctx = contextIn(folder);
  const python = venvPython(ctx.root, "linux");
  machine(dirname(dirname(python)), { python: `echo "$*" >> ${join(folder, "calls")}; ${script}` });
  const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "");
  return { ctx, calls };
}

test("TensorBoard is fetched once, with the pinned versions, into the project's own .venv", async () => {
  const { ctx, calls } = project(`case "$*" in *pip*) exit 0 ;; *) echo missing ;; esac`);
  expect(await installTensorBoard(ctx)).toBe(true);
  expect(calls()).toMatch(/-m pip install .*-r .*scripts\/tensorboard\/requirements\.txt/);
  expect(calls()).toMatch(/tensorboard==\d+\.\d+\.\d+/);
  expect(ctx.said).toEqual(["TensorBoard: installing it in .venv"]);
  const there = project("echo ok");
  expect(await installTensorBoard(there.ctx)).toBe(false);
  expect(there.calls()).not.toContain("pip install");
  expect(there.ctx.said).toEqual([]);
});

test("without a network one line says so", async () => {
  const { ctx } = project(
    `case "$*" in *pip*) echo "Temporary failure in name resolution"; exit 1 ;; *) echo missing ;; esac`,
  );
  await expect(installTensorBoard(ctx)).rejects.toThrow(/^no network for pip \(while fetching TensorBoard\): check/);
});

test("it listens on this machine only, on the project's runs/, and the user's flags come last", async () => {
  const args = boardArguments("/p", ["--port=7000"]).join(" ");
  expect(args).toBe("-m tensorboard.main --host=127.0.0.1 --logdir=/p/runs --port=7000");
  const { ctx, calls } = project("exit 3");
  expect(await serve(ctx, ["--port=7000"])).toBe(3);
  expect(calls()).toContain("--port=7000");
  expect(existsSync(join(ctx.root, "runs"))).toBe(true);
});

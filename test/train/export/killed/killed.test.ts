// exportGraphModel over an older export, ended before each rename or removal: what lies there is one model, wholly.
import { readdirSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { exportGraphModel } from "../../../../src/train";
import { onNative, temporaryFolder } from "../support";
import { factorIn, INPUTS, timesModel } from "./times-model";

/** The calls so far that give a file its name or take it away; from number `at` on, nothing happens any more. */
const plan = vi.hoisted(() => ({ log: [] as string[], at: Number.POSITIVE_INFINITY }));

vi.mock("node:fs/promises", async (importReal) => {
  const real = await importReal<typeof import("node:fs/promises")>();
  const { basename } = await import("node:path");
  const happen = async (name: string, call: () => Promise<void>) => {
    if (plan.log.length >= plan.at) throw new Error("killed");
    plan.log.push(name);
    await call();
  };
  return {
    ...real,
    rename: (from: string, to: string) => happen(basename(to), () => real.rename(from, to)),
    rm: (path: string, options: object) => happen(`rm ${basename(path)}`, () => real.rm(path, options)),
  };
});

beforeEach(() => void Object.assign(plan, { log: [], at: Number.POSITIVE_INFINITY }));

const SUM = /-[0-9a-f]{16}\./;

onNative("exportGraphModel(model, folder) over an older export", () => {
  test("killed at any moment leaves the old or the new model, wholly", async () => {
    const found: number[] = [];
    for (let at = 0; ; at++) {
      const folder = temporaryFolder();
      plan.at = Number.POSITIVE_INFINITY;
      await exportGraphModel(timesModel(2), folder, INPUTS);
      Object.assign(plan, { log: [], at });
      const ended = await exportGraphModel(timesModel(3), folder, INPUTS).then(
        () => true,
        () => false,
      );
      found.push(await factorIn(folder));
      if (ended && plan.log.length < at) break;
    }
    const first = found.indexOf(3);
    expect(first).toBe(7); // one weight file, the example, TensorFlow.js, the script, the page, its style, model.json
    expect(found).toEqual(found.map((_, i) => (i < first ? 2 : 3)));
  });

  test("removes the older weights and example when model.json is there, and nothing else", async () => {
    const folder = temporaryFolder();
    await exportGraphModel(timesModel(2), folder, INPUTS);
    const before = readdirSync(folder);
    plan.log = [];
    await exportGraphModel(timesModel(3), folder, INPUTS);
    const written = ["group1-shard1of1-", "example-", "tf.min.js", "run.js", "page.css", "index.html", "model.json"];
    const kinds = plan.log.map((name) => name.replace(/[0-9a-f]{16}\.\w+$/, ""));
    expect(kinds.slice(0, 7).sort()).toEqual([...written].sort());
    expect(kinds[6]).toBe("model.json");
    expect(kinds.slice(7).sort()).toEqual(["rm example-", "rm group1-shard1of1-"]);
    const after = readdirSync(folder);
    expect(after.map((name) => name.replace(SUM, "."))).toEqual(before.map((name) => name.replace(SUM, ".")));
    const kept = ["index.html", "model.json", "page.css", "run.js", "tf.min.js"];
    expect(after.filter((name) => before.includes(name))).toEqual(kept);
  });
});

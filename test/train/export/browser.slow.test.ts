// The folder of an exported model runs in a browser without any other files.
import { expect, test } from "vitest";
import { withPage } from "../../../scripts/notebooks/browser.mts";
import * as tf from "../../../src/tf";
import { exportGraphModel } from "../../../src/train";
import { expectClose } from "../../support";
import { make } from "./models";
import { hasBrowser, served } from "./served";
import { type Case, casesOf, onNative, temporaryFolder } from "./support";

onNative("a graph model", () => {
  test.for(["characters", "posts"])(
    "%s: exportGraphModel writes a folder that runs in a browser without other files",
    async (name, context) => {
      if (!hasBrowser()) {
        console.log("skipped: no Chromium");
        return context.skip("no Chromium");
      }
      const folder = temporaryFolder();
      const exported = make(name);
      await exportGraphModel(exported.model, folder, { inputs: exported.inputs });
      const [given] = casesOf(exported, folder, [[3, 40]]) as [Case];
      const outputNames = Object.keys(given.outputs);
      const { home, close } = await served(folder, "/models/exported/"); // a page need not stand at the root of its host
      try {
        const found = await withPage(
          async ({ goto, evaluate }) => {
            await goto(home);
            await evaluate(
              `new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))`,
            );
            const own = await evaluate("answer.then(({ difference }) => difference)");
            const state = await evaluate(`document.getElementById("state").textContent`);
            const request = `answer.then(async ({ model }) => {
            const inputs = {};
            for (const [name, [values, dtype]] of Object.entries(${JSON.stringify(inputsOf(given))})) {
              inputs[name] = tf.tensor(values, undefined, dtype);
            }
            const outputs = [await model.executeAsync(inputs, ${JSON.stringify(outputNames)})].flat();
            return Promise.all(outputs.map((output) => output.array()));
          })`;
            const outputs = await evaluate(request);
            const hosts = await evaluate(
              `performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin + "/")`,
            );
            return { own, state, outputs, hosts };
          },
          { limit: 240_000 },
        );
        expect(found.own).toBeLessThanOrEqual(1e-5);
        expect(found.state).toMatch(/^It answers as where it was exported/);
        for (const [i, output] of outputNames.entries()) {
          const [made, expected] = [(found.outputs as number[][])[i], given.outputs[output] as number[]];
          expectClose(tf.tensor(made as number[]), tf.tensor(expected), 1e-5);
        }
        expect(new Set(found.hosts as string[])).toEqual(new Set([new URL("/", home).href]));
      } finally {
        close();
      }
    },
  );
});

const inputsOf = ({ inputs, dtypes }: Case) =>
  Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, [values, dtypes[name]]]));

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Library, runCase } from "../../scripts/golden/run-case.mts";
import { compile } from "../../src/compile";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";
import { scopeEachTest } from "../support";
import { onNative } from "./support";

scopeEachTest();

const GOLDEN = join(__dirname, "../golden/tf1");
/** What a case closes over beside the weights it names: its initial states. */
let states: tf.Variable[] = [];
/** The runner's library, with gradients that go through compile. */
const compiledLibrary: Library = {
  packState(like, parts) {
    states = parts.map((part) => tf.variable(part));
    return rnn.packState(like, states as tf.Variable<tf.Rank.R2>[]);
  },
  computeGradients(loss, variables) {
    const compiled = compile(
      () => {
        const { value, grads } = tf.variableGrads(loss, variables);
        return [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)];
      },
      { variables: [...variables, ...states] },
    );
    const [value, ...gradients] = compiled();
    compiled.dispose();
    tf.dispose(states.splice(0));
    return {
      loss: value as tf.Scalar,
      gradients: gradients.map((gradient, i) => ({ variable: variables[i] as tf.Variable, gradient })),
    };
  },
};

const files = readdirSync(GOLDEN).filter((file) => file.endsWith(".json"));

onNative("TensorFlow 1.x's losses and gradients come out of compiled functions, to 1e-5", () => {
  test.each(files)("%s", (file) => {
    const errors = runCase(JSON.parse(readFileSync(join(GOLDEN, file), "utf8")), compiledLibrary);
    for (const [what, error] of Object.entries(errors)) expect(error, what).toBeLessThanOrEqual(1e-5);
  });
});

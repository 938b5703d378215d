// The loop in an unroller's docstring says what the unroller means for one sequence: here it runs, beside the unroller.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { dynamicRnn, GRUCell, type RawDecision, rawRnn, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

/** Makes a function of the loop in a docstring of `src/rnn/time`, from the line that begins with "let" to the last "}". */
function loopOf(file: string, symbol: string, parameters: readonly string[]) {
  const text = readFileSync(join(__dirname, "../../../src/rnn/time", file), "utf8");
  const before = text.slice(0, text.indexOf(`export function ${symbol}<`));
  const doc = before.slice(before.lastIndexOf("/**")).replace(/^ \* ?/gm, "");
  const code = /^ {2}let [\s\S]*?^ {2}\}$/m.exec(doc)?.[0];
  expect(code, `the loop in the docstring of ${symbol}`).toBeDefined();
  return new Function(...parameters, `const outputs = []; ${code}; return [outputs, state];`);
}

const cell = () => new GRUCell({ inputSize: 3, numUnits: 3, seed: 1 });

test.each([["staticRnn"], ["dynamicRnn"]])(
  "%s(cell, x, { sequenceLength: [3] }) ≡ the loop in its docstring",
  (name) => {
    const [c, x] = [cell(), uniform<tf.Rank.R3>([1, 5, 3], 2)];
    const inputs = tf.unstack(x, 1) as tf.Tensor2D[];
    const loop = loopOf(name === "staticRnn" ? "static-rnn.ts" : "dynamic-rnn.ts", name, [
      "cell",
      "inputs",
      "initialState",
      "length",
      "nSteps",
      "zeros",
    ]);
    const [expected, expectedState] = loop(c, inputs, undefined, 3, 5, tf.zeros([1, 3]));
    const options = { sequenceLength: [3] };
    const [outputs, state] =
      name === "staticRnn"
        ? staticRnn(c, inputs, options)
        : [tf.unstack(dynamicRnn(c, x, options)[0], 1), dynamicRnn(c, x, options)[1]];
    expectClose(tf.stack(outputs as tf.Tensor[]), tf.stack(expected));
    expectClose(state, expectedState);
  },
);

test("rawRnn(cell, loop) ≡ the loop in its docstring", () => {
  const c = cell();
  const decide = ({ time, output }: { time: number; output?: tf.Tensor2D }): RawDecision<tf.Tensor2D, undefined> => ({
    finished: tf.tensor1d([time >= 4 ? 1 : 0], "bool"),
    nextInput: output ?? tf.ones([1, 3]),
    nextState: time === 0 ? c.zeroState(1) : undefined,
    emit: output && tf.mul(output, 2),
  });
  const forOne = (moment: Parameters<typeof decide>[0]) => ({ ...decide(moment), finished: moment.time >= 4 });
  const [expected, expectedState] = loopOf("raw-rnn.ts", "rawRnn", ["cell", "loop"])(c, forOne);
  const [outputs, state] = rawRnn<tf.Tensor2D>(c, decide);
  expectClose(tf.stack(outputs), tf.stack(expected));
  expectClose(state, expectedState);
});

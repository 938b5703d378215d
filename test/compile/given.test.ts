// What is refused when it is given, before anything is captured.
import { expect, test } from "vitest";
import { CompileError, compile, scan, stream, trainStep, trainStepOnRows } from "../../src/compile";
import { AdamOptimizer } from "../../src/rnn";
import * as tf from "../../src/tf";

const same = (x: tf.Tensor) => x;
const optimizer = new AdamOptimizer();
const x = tf.ones([3, 2]);
const state = tf.zeros([2]);
const keep = (parts: tf.Tensor[], states: tf.Tensor[]) => ({ results: parts, states });

test.each<[string, () => unknown, RegExp]>([
  ["no function", () => compile(3 as never), /^compile: expected a function first, got number 3$/],
  [
    "a misspelt option",
    () => compile(same, { variable: [] } as never),
    /^compile: options: .* got also variable \(did you mean variables\?\)$/,
  ],
  ["one variable", () => compile(same, { variables: x as never }), /^compile: variables: expected a list of tensors/],
  ["no loss", () => trainStep({} as never, { variables: [], optimizer }), /^trainStep: expected a function first/],
  [
    "no options",
    () => trainStep(same, undefined as never),
    /^trainStep: options: expected \{ variables, .* got undefined/,
  ],
  [
    "no variables",
    () => trainStep(same, { optimizer } as never),
    /^trainStep: variables: expected a list .* got undefined/,
  ],
  ["no optimizer", () => trainStep(same, { variables: [] } as never), /^trainStep: optimizer: expected one of unroll/],
  ["data in no list", () => trainStepOnRows(x as never, same, { variables: [], optimizer }), /data: expected a list/],
  [
    "a stream without state",
    () => stream(same as never, { variables: [] } as never),
    /^stream: state: expected a list/,
  ],
  ["a stream of no function", () => stream(1 as never, { variables: [], state: [] }), /^stream: expected a function/],
  [
    "a sequence in no list",
    () => scan(keep, x as never, [state]),
    /^scan: sequences: expected a list .* got a float32/,
  ],
  ["a state in no list", () => scan(keep, [x], state as never), /^scan: states: expected a list of tensors/],
  [
    "scan's misspelt option",
    () => scan(keep, [x], [state], { unrol: 2 } as never),
    /options: .* got also unrol \(did you mean unroll\?\)$/,
  ],
  [
    "a step of outputs",
    () => scan((() => ({ outputs: [x] })) as never, [x], [state]),
    /return \{ results, states \}.*\{outputs\}/,
  ],
  [
    "a step of two states",
    () => scan((p) => ({ results: p, states: [x, x] }), [x], [state]),
    /with 1 states; got 2 states$/,
  ],
])("%s is refused by what was expected and what came", (_, give, message) => {
  const before = tf.memory().numTensors;
  expect(give).toThrow(CompileError);
  expect(give).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

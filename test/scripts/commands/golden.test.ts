import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runCase } from "../../../scripts/golden/run-case.mts";
import * as tf from "../../../src/tf";

beforeAll(() => tf.ready());

const spec = () => JSON.parse(readFileSync(join(__dirname, "../../golden/tf1/gru.plain.json"), "utf8"));
const run = (changes: object) => {
  tf.engine().startScope();
  try {
    return runCase({ ...spec(), ...changes });
  } finally {
    tf.engine().endScope();
  }
};

test("a case that agrees has small errors", () => {
  for (const error of Object.values(run({}))) expect(error).toBeLessThan(1e-6);
});

test("a wrong number shows at its size, NaN as NaN, wherever it stands", () => {
  const { outputs, gradients } = spec();
  outputs[0][0][0][0] += 100;
  expect(run({ outputs }).outputs).toBeCloseTo(100, 3);
  gradients.x[0][0][0] = Number.NaN;
  expect(run({ gradients }).gradients).toBeNaN();
});

test("an unknown cell, variant, option or loss is an error, not a skip; so is a missing gradient", () => {
  expect(() => run({ cell: "QuantumCell" })).toThrow(/unknown cell "QuantumCell"/);
  expect(() => run({ variant: "sideways" })).toThrow(/unknown variant "sideways"/);
  expect(() => run({ forget_bias: 1 })).toThrow(/unknown field "forget_bias" of a GRUCell/);
  expect(() => run({ activation: "cubic" })).toThrow(/unknown activation "cubic"/);
  expect(() => run({ loss_is: "zero" })).toThrow(/unknown loss/);
  expect(() => run({ initial_state: [[[0]]] })).toThrow(/initial_state is given/);
  const { x: _, ...gradients } = spec().gradients;
  expect(() => run({ gradients })).toThrow(/no x in gradients/);
});

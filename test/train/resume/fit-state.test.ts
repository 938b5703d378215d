import { expect, test } from "vitest";
import type { Checkpoint } from "../../../src/data";
import { fitStateOf } from "../../../src/train/resume/fit-state";

const at = (fit: object): Checkpoint =>
  ({ path: "runs/a/8", number: 8, tensors: {}, state: { fit } }) as unknown as Checkpoint;
const order = { rows: 4, batchSize: 2 };

test("fitStateOf reads the sums of each function of a loss, and those of version 0.1.0", () => {
  const losses = { a: { sum: 3, count: 2 }, b: { sum: 1, count: 4 } };
  expect(fitStateOf(at({ ...order, losses, epochs: [] }), order, ["a", "b"]).losses).toEqual(losses);
  const old = at({ ...order, loss: { sum: 3, rows: 2 }, epochs: [] });
  expect(fitStateOf(old, order, ["loss"]).losses).toEqual({ loss: { sum: 3, count: 2 } });
});

test("fitStateOf refuses another loss, another order and a state that is not whole", () => {
  const kept = { ...order, losses: { a: { sum: 3, count: 2 } }, epochs: [] };
  expect(() => fitStateOf(at(kept), order, ["loss"])).toThrow(
    "runs/a/8: losses: expected loss, as this fit has, got a",
  );
  expect(() => fitStateOf(at(kept), { ...order, rows: 5 }, ["a"])).toThrow("rows: expected 5, as this fit has, got 4");
  expect(() => fitStateOf(at({ ...order, epochs: [] }), order, ["a"])).toThrow("state.fit: expected what fit keeps");
  expect(() => fitStateOf(at({ ...kept, losses: { a: 3 } }), order, ["a"])).toThrow("state.fit");
});

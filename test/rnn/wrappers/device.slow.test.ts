// Loops over time on several devices: graphs of many nodes.
import { afterEach, describe, expect, test, vi } from "vitest";
import { canCompile } from "../../../src/compile";
import { expectClose, scopeEachTest } from "../../support";
import { computed, placed, plain } from "./placed-cells";

scopeEachTest();
afterEach(() => void vi.restoreAllMocks());

describe.runIf(canCompile())("a compiled stack of DeviceWrappers, 210 time steps", () => {
  test("computes every bit as without them, and trains so", () => {
    vi.spyOn(console, "warn").mockReturnValue(); // where the session has one device only, a line says so
    expect(computed(placed(), 210, 1)).toEqual(computed(plain(), 210, 1));
  });

  test("in shards computes the same up to rounding: the shards are no loop, so their sums are added in another way", () => {
    vi.spyOn(console, "warn").mockReturnValue();
    expectClose(computed(placed(), 210, 2), computed(plain(), 210, 2), 1e-6);
  });
});

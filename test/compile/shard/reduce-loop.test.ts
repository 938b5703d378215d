// The tests of shards, sliced gradients and steps on rows once more, by loop reduction, which long or many shards take.
import { expect, test, vi } from "vitest";
import type * as Loop from "../../../src/compile/shard/reduce-loop";
import type * as Unrolled from "../../../src/compile/shard/reduce-unrolled";

const taken = vi.hoisted(() => ({ loop: 0, unrolled: 0, frames: new Set<string>() }));

vi.mock("../../../src/compile/shard/reduce-unrolled", async (original) => {
  const { reduceUnrolled, ...others } = await original<typeof Unrolled>();
  const counted: typeof reduceUnrolled = (...given) => {
    taken.unrolled++;
    return reduceUnrolled(...given);
  };
  return { ...others, shouldUnroll: () => false, reduceUnrolled: counted };
});
vi.mock("../../../src/compile/shard/reduce-loop", async (original) => {
  const { reduceInLoop, ...others } = await original<typeof Loop>();
  const counted: typeof reduceInLoop = (writer, ...given) => {
    taken.loop++;
    const reduced = reduceInLoop(writer, ...given);
    for (const node of writer.nodes) {
      if (node.getOp() === "Enter") taken.frames.add(atob(node.getAttrMap().get("frame_name").getS_asB64()));
    }
    return reduced;
  };
  return { ...others, reduceInLoop: counted };
});

import "./shards.test";
import "../train/indexed-slices.test";
import "../train/train-step-on-rows.test";
import { SHARDS_FRAME } from "../../../src/compile/shard/reduce-loop";
import { onNative } from "../support";

onNative("all steps above", () => {
  test("took the loop over shards, and none unrolled them", () => {
    expect(taken.loop).toBeGreaterThanOrEqual(60);
    expect(taken.frames).toContain(SHARDS_FRAME);
    expect(taken.unrolled).toBe(0);
  });
});

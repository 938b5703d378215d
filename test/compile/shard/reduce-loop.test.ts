import { vi } from "vitest";

// All that is said of shards holds as well where they are a loop's rounds, as those of long or many ones are.
vi.mock("../../../src/compile/shard/reduce-unrolled", async (original) => ({
  ...(await original<typeof import("../../../src/compile/shard/reduce-unrolled")>()),
  shouldUnroll: () => false,
}));

import "./shards.test";
import "../train/indexed-slices.test";
import "../train/train-step-on-rows.test";

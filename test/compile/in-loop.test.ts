import { vi } from "vitest";

// All that is said of shards holds as well where they are a loop's rounds, as those of long or many ones are.
vi.mock("../../src/compile/sums-side-by-side", async (original) => ({
  ...(await original<typeof import("../../src/compile/sums-side-by-side")>()),
  isSmall: () => false,
}));

import "./shards.test";
import "./tables.test";
import "./rows.test";

import type { Case } from "../differences";
import { elementwise } from "./elementwise";
import { images } from "./images";
import { products } from "./products";
import { reductions } from "./reductions";
import { shapes } from "./shapes";

/** By kernel: functions that run it. A kernel that gets a gradient gets its functions here. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  ...elementwise,
  ...reductions,
  ...products,
  ...shapes,
  ...images,
};

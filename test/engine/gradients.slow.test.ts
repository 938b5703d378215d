import { test } from "vitest";
import { onNative } from "../compile/support";
import { scopeEachTest } from "../support";
import { CASES } from "./cases";
import { expectCompiled } from "./gradient-tables";

scopeEachTest();

onNative("compiled gradients of every function are the eager ones, first and second order:", () => {
  test.each(Object.entries(CASES))("%s", (name, cases) => expectCompiled(name, cases));
});

import { beforeAll } from "vitest";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { scopeEachTest } from "../../support";
import { testEachMechanism } from "./compiled";

beforeAll(() => tf.ready());
scopeEachTest();

onNative("compiled", () => {
  testEachMechanism("slow");
});

import { beforeAll } from "vitest";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { testEveryAttendedCell, testOneAttendedCell } from "./every-unroller";

beforeAll(() => tf.ready());
scopeEachTest();

testEveryAttendedCell("quick");
testOneAttendedCell();

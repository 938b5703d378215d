import { beforeAll } from "vitest";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { testEveryAttendedCell } from "./every-unroller";

beforeAll(() => tf.ready());
scopeEachTest();

testEveryAttendedCell("slow");

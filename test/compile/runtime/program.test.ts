import { test } from "vitest";
import { FLOAT32 } from "../../../src/compile/engine/dtypes";
import { Program } from "../../../src/compile/runtime/program";
import type { WriteProgram } from "../../../src/compile/runtime/program-graph";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

onNative("a program", () => {
  /** y = x + w, and then w = w + 1. */
  function adding(w: tf.Variable): Program {
    const write: WriteProgram = ({ writer, inputs: [x], handles: [handle] }) => {
      const value = writer.readVariable(handle as string, FLOAT32);
      const ref = writer.binary("AddV2", x as string, value, FLOAT32);
      const more = writer.binary("AddV2", value, writer.float(1), FLOAT32);
      const assigned = writer.assignVariable(handle as string, more, FLOAT32, [`^${ref}`]);
      return { outputs: [{ ref, dtype: FLOAT32 }], writes: [assigned] };
    };
    return new Program([{ shape: [2], dtype: FLOAT32 }], [w], write, { written: 1 });
  }

  test("computes its outputs, then writes; the variable's value is the program's", () => {
    const w = tf.tidy(() => tf.variable(tf.scalar(1)));
    const program = adding(w);
    const x = tf.tensor1d([10, 20]);
    expectClose(expectTensors(1, () => program.call([x]))[0], [11, 21]);
    expectClose(program.call([x])[0], [12, 22]);
    expectClose(w, [3]);
    program.dispose();
    w.dispose();
  });

  test("refuses another shape, type or number of inputs before the native call, and a call after dispose", () => {
    const w = tf.tidy(() => tf.variable(tf.scalar(1)));
    const program = adding(w);
    const [right, longer, whole, twoByOne] = [tf.ones([2]), tf.ones([3]), tf.ones([2], "int32"), tf.ones([2, 1])];
    expectRefused(() => program.call([longer]), /argument 0: expected shape \[2\] of float32, got shape \[3\]/);
    expectRefused(() => program.call([twoByOne]), /expected shape \[2\] of float32, got shape \[2,1\]/);
    expectRefused(() => program.call([whole]), /argument 0: expected shape \[2\] of float32, got shape \[2\] of int32/);
    expectRefused(() => program.call([]), /expected 1 arguments?, got 0/);
    expectClose(w, [1]);
    program.dispose();
    program.dispose();
    expectRefused(() => program.call([right]), /disposed/);
    w.dispose();
  });
});

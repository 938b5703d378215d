import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { fit, ModelCheckpoint } from "../../../src/train";
import { temporaryFolder } from "../../temporary-folder";
import { numbersOf, options, sentences, translator } from "./support";

beforeAll(() => tf.ready());

test("a killed training goes on from its checkpoint bit for bit, with scheduled sampling", async () => {
  const { data } = sentences();
  const make = () => translator({ keep: 0.8, scheduledSampling: 0.3 });
  const whole = make();
  await fit(whole, data, options());
  const folder = temporaryFolder();
  await fit(make(), data, options({ epochs: 1, callbacks: [new ModelCheckpoint({ folder, every: { epochs: 1 } })] }));
  const resumed = make();
  await fit(
    resumed,
    data,
    options({ epochs: 2, resume: folder, callbacks: [new ModelCheckpoint({ folder, every: { epochs: 1 } })] }),
  );
  expect(numbersOf(resumed)).toEqual(numbersOf(whole));
});

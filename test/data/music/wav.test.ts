import { expect, test } from "vitest";
import { writeWav } from "../../../src/data";
import { dataErrorOf } from "../support";

test("writeWav(sound) gives RIFF with 16-bit PCM of one channel: 44 bytes of header, then the samples", () => {
  const bytes = writeWav({ samples: Float32Array.of(0, 1, -1, 0.5), sampleRate: 8_000 });
  const header = "52494646 2c000000 57415645 666d7420 10000000 0100 0100 401f0000 803e0000 0200 1000 64617461 08000000";
  expect(Buffer.from(bytes).toString("hex")).toBe(`${header.replaceAll(" ", "")}0000ff7f01800040`);
});

test("writeWav of no samples is a header alone", () => {
  const bytes = Buffer.from(writeWav({ samples: new Float32Array(0), sampleRate: 22_050 }));
  expect([bytes.length, bytes.readUInt32LE(4), bytes.readUInt32LE(24), bytes.readUInt32LE(40)]).toEqual([
    44, 36, 22_050, 0,
  ]);
});

test("writeWav refuses samples beyond 1 or not finite, and a sampling rate out of its range", async () => {
  const message = async (...samples: number[]) =>
    (await dataErrorOf(() => writeWav({ samples: Float32Array.from(samples), sampleRate: 8_000 }))).message;
  expect(await message(0, 1.5)).toBe("writeWav: samples[1]: expected a number from −1 to 1, got 1.5");
  expect(await message(Number.NaN)).toContain("got NaN");
  const error = await dataErrorOf(() => writeWav({ samples: new Float32Array(1), sampleRate: 10 }));
  expect(error.message).toContain("sampleRate: expected a whole number from 1000 to 192000, got 10");
  const bare = new Float32Array(1) as never; // samples without their rate
  expect((await dataErrorOf(() => writeWav(bare))).message).toContain("{ samples, sampleRate }");
});

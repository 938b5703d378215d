import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Midi } from "@tonejs/midi";
import { expect, test } from "vitest";
import { type Chords, DataError, loadChorales, numericArray, readMidi, writeMidi } from "../../../src/data";
import { ROOT } from "../../imports";
import { alone } from "../sources/text/support";
import { dataErrorOf, realFolder } from "../support";

const chordsOf = (...chords: number[][]): Chords =>
  numericArray(Int32Array.from(chords.flat()), [chords.length, chords[0]?.length ?? 0]);
const held = (chord: number[], steps: number) => Array.from({ length: steps }, () => chord);

/** Four voices: a held bass, a silent tenor that enters late, and a last silence. */
const PIECE = chordsOf(
  ...held([72, 67, 0, 48], 4),
  ...held([74, 67, 0, 48], 2),
  ...held([76, 67, 60, 48], 3),
  ...held([0, 0, 0, 0], 3),
);
const GOLDEN = JSON.parse(readFileSync(join(ROOT, "test/golden/music/midi.json"), "utf8"));
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

test("writeMidi(chords) gives bytes in which mido finds a track for each voice, and its notes at the steps' ticks", () => {
  expect(writeMidi(PIECE, { bpm: 100, title: "Four bars" })).toEqual(bytesOf(GOLDEN.ours));
  const { notes, ...head } = GOLDEN.read;
  expect(head).toEqual({
    ...{ type: 1, ticksPerBeat: 480, tempos: [600_000], programs: [[], [19], [19], [19], [19]] },
    names: ["Four bars", "Soprano", "Alto", "Tenor", "Bass"],
  });
  const step = 120; // ticks of a sixteenth note
  const channel = (voice: number, list: number[][]) =>
    list.map(([note = 0, begin = 0, end = 0]) => [note, begin * step, end * step, voice]);
  expect(notes).toEqual([
    [],
    channel(0, [
      [72, 0, 4],
      [74, 4, 6],
      [76, 6, 9],
    ]),
    channel(1, [[67, 0, 9]]),
    channel(2, [[60, 6, 9]]),
    channel(3, [[48, 0, 9]]),
  ]);
});

test("readMidi(bytes) reads a file that mido wrote: 96 ticks a beat, notes that end with velocity 0", () => {
  const { chords, title, bpm, moved, dropped } = readMidi(bytesOf(GOLDEN.theirs), "duet.mid", { stepsPerBeat: 2 });
  expect(chords).toEqual(chordsOf([72, 0], [74, 0], [0, 60], [0, 60], [76, 60], [76, 60]));
  expect([title, bpm, moved, dropped]).toEqual(["Duet", 150, 0, 0]);
});

test("readMidi counts the notes that it moves to a step, and those that have no step of their own", () => {
  const beats = readMidi(bytesOf(GOLDEN.theirs), "duet.mid", { stepsPerBeat: 1 });
  expect([beats.chords.shape, beats.moved, beats.dropped]).toEqual([[3, 2], 1, 1]); // 0 to ½ becomes 0 to 1, ½ to 1 nothing
  expect(beats.chords).toEqual(chordsOf([72, 0], [0, 60], [76, 60]));
});

test("readMidi(writeMidi(chords)) gives the same chords: silence, a voice that is silent throughout, one voice, 480 steps a beat", () => {
  const pieces = [PIECE, chordsOf([0, 67, 0], [0, 67, 0], [0, 65, 0]), chordsOf([60]), chordsOf([0, 1], [127, 0])];
  for (const piece of pieces) {
    for (const stepsPerBeat of [1, 4, 480]) {
      const options = { stepsPerBeat };
      expect(readMidi(writeMidi(piece, options), "piece.mid", options).chords).toEqual(piece);
    }
  }
});

test.skipIf(!realFolder)("readMidi(writeMidi(chords)) gives the same chords for all 382 chorales", async () => {
  const { train, validation, test: last } = await loadChorales(alone({ folder: realFolder as string }));
  const all = [...train, ...validation, ...last];
  expect(all).toHaveLength(382);
  for (const chorale of all) {
    const { chords, moved, dropped } = readMidi(writeMidi(chorale), "chorale.mid");
    expect(chords.shape).toEqual(chorale.shape);
    expect(Buffer.compare(Buffer.from(chords.data.buffer), Buffer.from(chorale.data.buffer))).toBe(0);
    expect([moved, dropped]).toEqual([0, 0]);
  }
});

test("writeMidi refuses what is no music, and options out of their range", async () => {
  const message = async (call: () => unknown) => (await dataErrorOf(call)).message;
  expect(await message(() => writeMidi(chordsOf([60, 128])))).toBe(
    "writeMidi: chords[0][1]: expected a MIDI number from 0 (silent) to 127, got 128",
  );
  expect(await message(() => writeMidi(PIECE, { stepsPerBeat: 7 }))).toContain("a number that divides 480, got 7");
  expect(await message(() => writeMidi(PIECE, { bpm: Number.NaN }))).toContain("bpm: expected a number from 4 to 1000");
  expect(await message(() => writeMidi(PIECE, { program: 128 }))).toContain("program");
  expect(await message(() => writeMidi(chordsOf(held([60], 17).flat())))).toContain("from 1 to 15, got 17");
  for (const title of ["🎵", "שלום", 5 as never]) {
    expect(await message(() => writeMidi(PIECE, { title }))).toContain("title: expected a text of Latin-1 characters");
  }
  expect(readMidi(writeMidi(PIECE, { title: "Études" }), "a.mid").title).toBe("Études");
  expect(await message(() => writeMidi({ data: new Int32Array(4), shape: [4] } as never))).toContain("got [4]");
});

test("readMidi refuses bytes that are no MIDI file, a file without notes, and two notes at once in a track", async () => {
  const message = async (call: () => unknown) => (await dataErrorOf(call)).message;
  expect(await message(() => readMidi(Uint8Array.of(1, 2, 3), "a.mid"))).toMatch(
    /^a\.mid: content: expected a MIDI file/,
  );
  const whole = writeMidi(PIECE);
  for (let size = 0; size < whole.length; size++) {
    expect(await message(() => readMidi(whole.subarray(0, size), "cut.mid"))).toMatch(/^cut\.mid: (content|track)/);
  }
  const changed = (at: number, ...bytes: number[]) => whole.map((byte, i) => bytes[i - at] ?? byte);
  expect(await message(() => readMidi(changed(8, 0, 2), "a.mid"))).toBe(
    "a.mid: format: expected 0 or 1 (tracks that sound together), got 2",
  );
  expect(await message(() => readMidi(changed(12, 0xe7, 40), "a.mid"))).toContain("got video frames in a second");
  for (let at = 14; at < whole.length; at++) {
    try {
      readMidi(changed(at, 0xff), "changed.mid"); // another MIDI file, or one that is refused
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  }
  expect(await message(() => readMidi(writeMidi(chordsOf([0, 0])), "still.mid"))).toBe(
    "still.mid: notes: expected at least one, got none",
  );
  expect(await message(() => readMidi(bytesOf(GOLDEN.chord), "chord.mid"))).toBe(
    'chord.mid: track 1 ("Hands"), step 2: expected one note at a time, got two',
  );
});

test("writeMidi keeps the tenth channel free, on which a note is a drum", () => {
  const chords = chordsOf(Array.from({ length: 15 }, (_, voice) => 75 - voice));
  const bytes = writeMidi(chords);
  const channels = [...new Midi(bytes).tracks].map(({ channel }) => channel);
  expect(channels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]);
  expect(readMidi(bytes, "many.mid").chords).toEqual(chords);
});

/** A file with one track: a note of 60 ticks, behind other events. */
function oneNote(note: number, { tracks = 1, before = [] as number[], delta = [60], ticks = 60 } = {}) {
  const events = [...before, 0, 0x90, note, 64, ...delta, 0x80, note, 0, 0, 0xff, 0x2f, 0];
  const head = [...Buffer.from("MThd"), 0, 0, 0, 6, 0, 0, 0, tracks, 0, ticks];
  return Uint8Array.from([
    ...head,
    ...(tracks === 0 ? [] : [...Buffer.from("MTrk"), 0, 0, 0, events.length, ...events]),
  ]);
}

test("readMidi refuses what chords cannot hold: note 0, which is silence, a tempo of 0, a note for years, no track, no bytes", async () => {
  const message = async (bytes: unknown) => (await dataErrorOf(() => readMidi(bytes as Uint8Array, "a.mid"))).message;
  expect(readMidi(oneNote(60), "a.mid").chords.shape).toEqual([4, 1]);
  expect(await message(oneNote(0))).toBe("a.mid: track 1, step 0: expected a note from 1 to 127, got 0");
  expect(await message(oneNote(200))).toContain("expected a note from 1 to 127, got 200");
  expect(await message(oneNote(60, { before: [0, 0xff, 0x51, 3, 0, 0, 0] }))).toContain("a.mid: tempo: expected");
  const years = oneNote(60, { delta: [0xff, 0xff, 0xff, 0x7f], ticks: 1 });
  expect(await message(years)).toBe("a.mid: time steps: expected at most 16777216 for 1 voices, got 1073741820");
  expect(await message(oneNote(60, { tracks: 0 }))).toBe("a.mid: tracks: expected at least one, got 0");
  for (const nothing of [undefined, "MThd", [1, 2]])
    expect(await message(nothing)).toContain("content: expected a Uint8Array");
});

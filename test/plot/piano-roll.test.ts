import { expect, test } from "vitest";
import { altText, describe as inOneLine, pianoRoll } from "../../src/plot";

const music = (voices: number, ...notes: number[]) => ({
  data: Int32Array.from(notes),
  shape: [notes.length / voices, voices] as const,
});

test("pianoRoll gives a trace for each voice: a bar for each held note, over time in beats", () => {
  const piece = music(2, 72, 60, 72, 60, 74, 0, 74, 0, 74, 59, 72, 59);
  const { data, layout } = pianoRoll(piece, { title: "Two voices", stepsPerBeat: 2, voices: ["high", "low"] });
  expect(data).toMatchObject([
    { type: "bar", orientation: "h", name: "high", base: [0, 1, 2.5], x: [1, 1.5, 0.5], y: [72, 74, 72] },
    { type: "bar", orientation: "h", name: "low", base: [0, 2], x: [1, 1], y: [60, 59] },
  ]);
  expect(data[0]?.customdata).toEqual(["C5, beat 0 to 1", "D5, beat 1 to 2.5", "C5, beat 2.5 to 3"]);
  expect(layout).toMatchObject({
    xaxis: { title: { text: "time (beats)" }, range: [0, 3], dtick: 4 },
    yaxis: { range: [58, 75], tickvals: [59, 60, 62, 64, 65, 67, 69, 71, 72, 74] },
  });
  expect(layout).toHaveProperty("yaxis.ticktext.1", "C4");
});

test("pianoRoll names four voices, gives them four colours, and draws a line at each mark", () => {
  const figure = pianoRoll(music(4, 72, 67, 64, 48, 72, 67, 64, 48), {
    title: "T",
    marks: [{ beat: 0.25, text: "here" }],
  });
  expect(figure.data.map(({ name }) => name)).toEqual(["Soprano", "Alto", "Tenor", "Bass"]);
  expect(new Set(figure.data.map(({ marker }) => JSON.stringify(marker))).size).toBe(4);
  expect(figure.layout).toMatchObject({ shapes: [{ x0: 0.25, x1: 0.25 }], annotations: [{ x: 0.25, text: "here" }] });
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
});

test("a piano roll tells of itself in words", () => {
  const figure = pianoRoll(music(2, 61, 0, 64, 0), { title: "Alone" });
  expect(altText(figure)).toBe("Piano roll. Alone. 0.5 beats. Voice 1: 2 notes, from C#4 to E4. Voice 2: silent.");
  expect(inOneLine(figure)).toBe("[figure] Alone");
});

test("pianoRoll refuses another shape, other names than voices, silence and a beat of no steps", () => {
  expect(() => pianoRoll({ data: Int32Array.of(60), shape: [2, 1] }, { title: "T" })).toThrow(
    "music: expected shape [steps, voices], got [2, 1] with 1 notes",
  );
  expect(() => pianoRoll(music(1, 60), { title: "T", voices: ["a", "b"] })).toThrow("voices: expected 1 names, got 2");
  expect(() => pianoRoll(music(1, 0), { title: "T" })).toThrow("music: expected at least one note, got none");
  expect(() => pianoRoll(music(1, 60), { title: "T", stepsPerBeat: 0 })).toThrow(
    "stepsPerBeat: expected a number > 0, got 0",
  );
});

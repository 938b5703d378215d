import { checkOptions } from "../arguments";
import type { Chords } from "../data";
import { COLORS, type Figure, type Trace } from "./figure";
import { titled } from "./layout";

/** Music: the note of each voice at each time step, `[steps, voices]`, the highest voice first; 0 where a voice is silent. */
export type Music = Pick<Chords, "data" | "shape">;

export interface PianoRollOptions {
  readonly title: string;
  /** Time steps in a beat: 4 where a step is a sixteenth note. Default: 4. */
  readonly stepsPerBeat?: number;
  /** Beats between two vertical lines. Default: 4. */
  readonly beatsPerBar?: number;
  /** The names of the voices. Default: Soprano, Alto, Tenor, Bass where there are four, else their numbers. */
  readonly voices?: readonly string[];
  /** Beats at which a dashed line stands, with its text, such as the end of a prompt. Default: none. */
  readonly marks?: readonly { readonly beat: number; readonly text: string }[];
}

const FOUR = ["Soprano", "Alto", "Tenor", "Bass"];
const PITCHES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const ROW = 11; // screen pixels of a note

/** A note of a voice, with its times in beats. */
interface Bar {
  readonly note: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Draws music as a piano roll: each note is a bar over time in beats, at the height of its pitch, in the colour of its voice. A
 * bar tells its note and its beats when the mouse is on it. Equal notes that follow each other are one bar.
 *
 *   const { train } = await loadChorales();
 *   show(pianoRoll(train[0], { title: "A chorale", marks: [{ beat: 16, text: "end of the prompt" }] }));
 *
 * @throws RangeError for music of another shape, another number of names than voices, and music without a note
 */
export function pianoRoll(music: Music, options: PianoRollOptions): Figure {
  checkOptions("pianoRoll", options, ["title", "stepsPerBeat", "beatsPerBar", "voices", "marks"]);
  const { title, stepsPerBeat = 4, beatsPerBar = 4, marks = [] } = options;
  const [steps, count] = checkShape(music);
  for (const [name, value] of Object.entries({ stepsPerBeat, beatsPerBar })) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`${name}: expected a number > 0, got ${value}`);
  }
  const { voices = count === FOUR.length ? FOUR : Array.from({ length: count }, (_, i) => `Voice ${i + 1}`) } = options;
  if (voices.length !== count) throw new RangeError(`voices: expected ${count} names, got ${voices.length}`);
  const bars = voices.map((_, voice) => barsOf(music, voice, stepsPerBeat));
  const notes = bars.flat().map(({ note }) => note);
  if (notes.length === 0) throw new RangeError("music: expected at least one note, got none");
  const [low, high] = [Math.min(...notes), Math.max(...notes)];
  const { title: heading, top } = titled(title);
  const white = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((note) => !nameOf(note).includes("#"));
  return {
    data: bars.map((list, voice) => traceOf(voices[voice] as string, list, COLORS[voice % COLORS.length] as string)),
    layout: {
      meta: { alt: altOf(title, steps / stepsPerBeat, voices, bars) },
      title: heading,
      barmode: "overlay",
      xaxis: { title: { text: "time (beats)" }, range: [0, steps / stepsPerBeat], dtick: beatsPerBar, zeroline: false },
      yaxis: {
        range: [low - 1, high + 1],
        tickvals: white,
        ticktext: white.map(nameOf),
        tickfont: { size: 10 },
        zeroline: false,
      },
      shapes: marks.map(({ beat }) => ({
        ...{ type: "line", x0: beat, x1: beat, y0: 0, y1: 1, yref: "paper" },
        line: { dash: "dash", width: 1.5, color: "#444444" },
      })),
      annotations: marks.map(({ beat, text }) => ({
        ...{ x: beat, y: 1, yref: "paper", text, xanchor: "left", yanchor: "bottom", showarrow: false },
      })),
      hovermode: "closest",
      height: Math.max(240, ROW * (high - low + 3)) + top + 64,
      margin: { l: 56, r: 24, t: 16 + top, b: 48 },
    },
  };
}

function checkShape({ data, shape }: Music): readonly [steps: number, voices: number] {
  const [steps, voices] = shape;
  if (shape.length === 2 && steps * voices === data.length) return [steps, voices];
  throw new RangeError(`music: expected shape [steps, voices], got [${shape.join(", ")}] with ${data.length} notes`);
}

function barsOf({ data, shape: [steps, voices] }: Music, voice: number, stepsPerBeat: number): Bar[] {
  const at = (step: number) => data[step * voices + voice] as number;
  const bars: Bar[] = [];
  for (let begin = 0; begin < steps; ) {
    let end = begin + 1;
    while (end < steps && at(end) === at(begin)) end++;
    if (at(begin) !== 0) bars.push({ note: at(begin), begin: begin / stepsPerBeat, end: end / stepsPerBeat });
    begin = end;
  }
  return bars;
}

function traceOf(name: string, bars: readonly Bar[], color: string): Trace {
  return {
    ...{ type: "bar", orientation: "h", name, marker: { color }, opacity: 0.85, width: 0.8 },
    x: bars.map(({ begin, end }) => end - begin),
    base: bars.map(({ begin }) => begin),
    y: bars.map(({ note }) => note),
    customdata: bars.map(({ note, begin, end }) => `${nameOf(note)}, beat ${begin} to ${end}`),
    hovertemplate: `${name}: %{customdata}<extra></extra>`,
  };
}

const nameOf = (note: number): string => `${PITCHES[note % 12]}${Math.floor(note / 12) - 1}`;

/** The music for who cannot see it. */
function altOf(title: string, beats: number, voices: readonly string[], bars: readonly (readonly Bar[])[]): string {
  const told = voices.map((name, voice) => {
    const notes = (bars[voice] ?? []).map(({ note }) => note);
    if (notes.length === 0) return `${name}: silent.`;
    return `${name}: ${notes.length} notes, from ${nameOf(Math.min(...notes))} to ${nameOf(Math.max(...notes))}.`;
  });
  return [`Piano roll. ${title}. ${beats} beats.`, ...told].join(" ");
}

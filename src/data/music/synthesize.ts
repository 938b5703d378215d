import { allocate } from "../allocate";
import { checkOptions } from "../check-options";
import { DataError } from "../errors";
import { type Chords, checkChords, heldNotes } from "./chords";
import { checkTempo } from "./tempo";
import { checkSampleRate, type Sound } from "./wav";

export interface SynthesizeOptions {
  /** Time steps in a beat: 4 where a step is a sixteenth note. Default: 4. */
  stepsPerBeat?: number;
  /** Beats per minute. Default: 90. */
  bpm?: number;
  /** Samples per second. Default: 22,050. */
  sampleRate?: number;
  /** How strong each partial of a note is: the first sounds at its frequency f, the k-th at k·f. Default: [1, 0.5, 0.25, 0.125]. */
  partials?: readonly number[];
}

const ATTACK = 0.02; // seconds in which a note grows to its full loudness
const RELEASE = 0.08; // and in which it dies away before its end

/**
 * Turns music into sound by additive synthesis: a note is a sum of sines, and a chord is a sum of notes. With V voices and
 * partials of strength aₖ the sample at time t (seconds) is
 *
 *   s(t) = Σ over sounding notes  env(t) / V · Σₖ aₖ·sin(2π·k·f·(t − begin)) / Σₖ |aₖ|,   f = 440·2^((note − 69) / 12) Hz
 *   env  = min(1, (t − begin) / 0.02, (end − t) / 0.08)
 *
 * so s is never above 1 in size. Partials at half the sampling rate or above are left out, because their samples would sound as
 * other tones.
 *
 * @example
 *   const chords = numericArray(Int32Array.of(67, 60, 67, 59), [2, 2]);
 *   await saveFiles("music", { "two.wav": writeWav(synthesize(chords, { bpm: 60 })) });
 *
 * @param chords `[steps, voices]`
 * @returns the sound of one channel; step i begins at sample round(i · 60 · sampleRate / (bpm · stepsPerBeat))
 * @throws DataError for what is no music of this form, and an option out of its range
 */
export function synthesize(chords: Chords, options: SynthesizeOptions = {}): Sound {
  const where = "synthesize";
  checkOptions(where, options, ["stepsPerBeat", "bpm", "sampleRate", "partials"]);
  checkChords(where, chords);
  const { stepsPerBeat, bpm } = checkTempo(where, options);
  const { sampleRate = 22_050, partials = [1, 0.5, 0.25, 0.125] } = options;
  checkSampleRate(where, sampleRate);
  if (!Array.isArray(partials)) throw new DataError(where, "partials", "a list of numbers", typeof partials);
  const total = partials.reduce((sum, strength) => sum + Math.abs(strength), 0);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw new DataError(where, "partials", "finite numbers, one of them not 0", `[${partials.join(", ")}]`);
  }
  const [steps, voices] = chords.shape;
  const sampleOf = (step: number) => Math.round((step * 60 * sampleRate) / (bpm * stepsPerBeat));
  const samples = allocate(where, "samples", Float64Array, sampleOf(steps)); // sums of float32 could come out above 1
  for (let voice = 0; voice < voices; voice++) {
    for (const { note, begin, end } of heldNotes(chords, voice)) {
      const [from, to] = [sampleOf(begin), sampleOf(end)];
      const angle = (2 * Math.PI * frequencyOf(note)) / sampleRate; // of the first partial, per sample
      const audible = partials.map((strength, k) => ((k + 1) * angle < Math.PI ? strength : 0));
      for (let i = from; i < to; i++) {
        const loudness = Math.min(1, (i - from) / (ATTACK * sampleRate), (to - i) / (RELEASE * sampleRate));
        let sum = 0;
        for (let k = 0; k < audible.length; k++) sum += (audible[k] as number) * Math.sin((k + 1) * angle * (i - from));
        samples[i] = (samples[i] as number) + (loudness * sum) / (voices * total);
      }
    }
  }
  return { samples: Float32Array.from(samples), sampleRate };
}

/** The frequency of a MIDI note in equal temperament, in Hz. */
const frequencyOf = (note: number): number => 440 * 2 ** ((note - 69) / 12);

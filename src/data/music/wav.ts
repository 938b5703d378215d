import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";

const HEADER = 44; // bytes
const LARGEST = 32_767; // of a 16-bit sample

/** Sound of one channel. The samples know their rate, because at another rate they would sound higher or lower, and faster or slower. */
export interface Sound {
  /** From −1 to 1. */
  readonly samples: Float32Array;
  /** Samples per second, a whole number from 1,000 to 192,000. */
  readonly sampleRate: number;
}

/** Refuses a sampling rate that players do not know. @throws DataError */
export function checkSampleRate(where: string, sampleRate: number): void {
  checkWhole(where, "sampleRate", sampleRate, 1_000, 192_000);
}

/**
 * Writes sound as a WAV file (RIFF, 16-bit PCM, one channel; Microsoft and IBM 1991): a sample s from −1 to 1 becomes
 * the whole number nearest to 32,767·s.
 *
 * @example
 *   const samples = Float32Array.from({ length: 8_000 }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / 8_000));
 *   await saveFiles("music", { "a.wav": writeWav({ samples, sampleRate: 8_000 }) }); // one second of A
 *
 * @throws DataError for a sample that is not from −1 to 1, and a sampling rate out of its range
 */
export function writeWav(sound: Sound): Uint8Array {
  checkOptions("writeWav", sound, ["samples", "sampleRate"]);
  const { samples, sampleRate } = sound;
  if (!(samples instanceof Float32Array)) throw new DataError("writeWav", "samples", "a Float32Array", typeof samples);
  checkSampleRate("writeWav", sampleRate);
  const bytes = new Uint8Array(HEADER + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, letters: string) => bytes.set(Buffer.from(letters, "latin1"), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // the size of the format that follows
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true); // bytes per second
  view.setUint16(32, 2, true); // bytes per sample of all channels
  view.setUint16(34, 16, true); // bits per sample
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, i) => {
    if (!(Math.abs(sample) <= 1))
      throw new DataError("writeWav", `samples[${i}]`, "a number from −1 to 1", `${sample}`);
    view.setInt16(HEADER + 2 * i, Math.round(LARGEST * sample), true);
  });
  return bytes;
}

import { checkWhole, DataError } from "../errors";

/** How fast time steps go by. */
export interface Tempo {
  readonly stepsPerBeat: number;
  readonly bpm: number;
}

/** The most steps in a beat: a tick of a MIDI file. */
const MOST_STEPS = 480;

/** The tempo of options, with the defaults. @throws DataError naming the option that is out of its range */
export function checkTempo(where: string, options: { stepsPerBeat?: number; bpm?: number }): Tempo {
  const { stepsPerBeat = 4, bpm = 90 } = options;
  checkWhole(where, "stepsPerBeat", stepsPerBeat, 1, MOST_STEPS);
  if (!(bpm >= 4 && bpm <= 1000)) throw new DataError(where, "bpm", "a number from 4 to 1000", String(bpm));
  return { stepsPerBeat, bpm };
}

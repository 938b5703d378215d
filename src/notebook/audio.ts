import { checkOptions } from "../arguments";
import { display } from "./kernel";
import { escapeHtml } from "./table";

export interface AudioOptions {
  /** A line above the player. Default: none. */
  readonly title?: string;
}

/** The largest sound that a page gets, 4 MB: it stands in the notebook's output as text. */
const MOST_BYTES = 4_000_000;

/**
 * Shows a player for a WAV file below the cell; outside a notebook it prints one line. JupyterLab plays it where the notebook
 * runs, and in notebooks that it trusts; the report of a headless run plays it too. A notebook that is committed
 * keeps the line alone, because code hosts do not play sounds and the file would be large.
 *
 *   audio(writeWav(synthesize(chords)), { title: "A chorale" });
 *
 * @param wav the bytes of a WAV file, as `writeWav` of unroll/data makes them
 * @throws RangeError for bytes that are no WAV file, and above 4 MB: a lower sampling rate makes it smaller
 */
export function audio(wav: Uint8Array, options: AudioOptions = {}): void {
  checkOptions("audio", options, ["title"]);
  const { title } = options;
  const bytes = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength);
  if (bytes.length < 44 || bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE") {
    throw new RangeError(`audio: expected a WAV file, got ${bytes.length} bytes of another kind`);
  }
  if (bytes.length > MOST_BYTES) {
    throw new RangeError(
      `audio: expected at most ${MOST_BYTES} bytes, got ${bytes.length}: a lower sampling rate makes fewer`,
    );
  }
  const seconds = bytes.readUInt32LE(40) / bytes.readUInt32LE(28); // of the data and per second
  const told = ["[audio]", title, `${seconds.toFixed(1)} s`].filter((part) => part !== undefined).join(" ");
  const head = title === undefined ? "" : `<div>${escapeHtml(title)}</div>`;
  const source = `data:audio/wav;base64,${bytes.toString("base64")}`;
  display({ "text/html": `${head}<audio controls preload="metadata" src="${source}"></audio>`, "text/plain": told });
}

import { checkBytes, DataError } from "../errors";

const CHUNK_HEAD = 8; // four letters and a length

/**
 * Checks that a MIDI file is whole: a header, then as many tracks as the header says, each as long as it says. The parser alone
 * would read a file that is cut between two tracks, or that counts time in video frames, and give wrong music.
 *
 * @throws DataError naming what is wrong
 */
export function checkMidiChunks(bytes: Uint8Array, file: string): void {
  checkBytes(file, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const letters = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < CHUNK_HEAD + 6 || letters(0) !== "MThd" || view.getUint32(4) < 6) {
    throw new DataError(
      file,
      "content",
      "a MIDI file, which begins with MThd",
      `${bytes.length} bytes of another kind`,
    );
  }
  const [format, tracks, division] = [view.getUint16(8), view.getUint16(10), view.getUint16(12)];
  if (format > 1) throw new DataError(file, "format", "0 or 1 (tracks that sound together)", `${format}`);
  if (division === 0 || division >= 0x8000) {
    throw new DataError(file, "division", "ticks in a beat", division === 0 ? "0" : "video frames in a second");
  }
  if (tracks === 0) throw new DataError(file, "tracks", "at least one", "0");
  let found = 0;
  for (let at = CHUNK_HEAD + view.getUint32(4); found < tracks; ) {
    if (at + CHUNK_HEAD > bytes.length) throw new DataError(file, "tracks", `${tracks}`, `${found} and the file's end`);
    const end = at + CHUNK_HEAD + view.getUint32(at + 4);
    if (end > bytes.length) {
      throw new DataError(
        file,
        `track ${found + 1}`,
        `${end - at - CHUNK_HEAD} bytes`,
        `${bytes.length - at - CHUNK_HEAD}`,
      );
    }
    if (letters(at) === "MTrk") found++;
    at = end;
  }
}

import { numericArray } from "../array";
import { DataError } from "../errors";
import { readCsv } from "../formats/csv/read-csv";
import { gunzip } from "../formats/gunzip";
import { readTar } from "../formats/tar";
import type { Chords } from "../music/chords";
import { drawnChorales } from "../synthetic/drawn-chorales";
import type { DataSource } from "./source";
import { findOrDraw, type LoaderOptions } from "./stand-in";

export interface Chorales {
  readonly train: readonly Chords[];
  readonly validation: readonly Chords[];
  readonly test: readonly Chords[];
  readonly source: DataSource;
}

const FILE = {
  folder: "jsb-chorales",
  name: "jsb_chorales.tgz",
  bytes: 117_661,
  sha256: "594e5e25a3ff8af64687c378628970c6435fddd3093d96df2fa8ca9505ce30fe",
};

const COMMIT = "1e2115277b50f6c584cd668fa30e3af309a5b136";
const MIRRORS = [
  `https://raw.githubusercontent.com/ageron/handson-ml2/${COMMIT}/datasets/jsb_chorales/`,
  `https://github.com/ageron/handson-ml2/raw/${COMMIT}/datasets/jsb_chorales/`, // leads to the one above
];

/** The archive's unpacked bytes. */
const UNPACKED = { headSize: 0, total: () => 1_423_360 };

const VOICES = ["note0", "note1", "note2", "note3"];

/**
 * Loads 382 chorales by Johann Sebastian Bach, in four voices (soprano, alto, tenor, bass), as the second edition of
 * Géron's book has them: 229 for training, 76 for validation, 77 for tests, the split of Boulanger-Lewandowski et al. (2012,
 * arXiv:1206.6392). Each chorale is `[chords, 4]`, 100 to 640 chords of a sixteenth note, four a beat; a note is a MIDI number
 * from 36 to 81, and 0 is a voice that is silent. The file is searched in `jsb-chorales` under `UNROLL_DATA`, then in the user's
 * cache, then at its public mirrors. When it is nowhere, generated chords replace it, and one line that begins
 * "stand-in data: " says so.
 *
 * @example
 *   const { train, source } = await loadChorales();
 *   console.log(source.kind, train.length, train[0]?.shape); // "real", 229, [192, 4]
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file is not available
 */
export async function loadChorales(options: LoaderOptions = {}): Promise<Chorales> {
  const subject = "Bach's chorales";
  const wanted = { loader: "loadChorales", files: [FILE], mirrors: MIRRORS, subject, drawn: "chords" };
  const { files, source } = await findOrDraw(wanted, options);
  if (files === undefined) return { ...drawnChorales(), source };
  return { ...choralesOf(await gunzip(files[0] as Uint8Array, FILE.name, UNPACKED), FILE.name), source };
}

/**
 * Reads the chorales of an archive, each part in the order of its files' names.
 *
 * @throws DataError for a file in another folder, a part without a chorale, and a note that is no MIDI number
 */
export function choralesOf(archive: Uint8Array, file: string): Omit<Chorales, "source"> {
  const parts = new Map<string, { path: string; chords: Chords }[]>([
    ["train", []],
    ["valid", []],
    ["test", []],
  ]);
  for (const { path, bytes } of readTar(archive, file)) {
    const part = parts.get(path.split("/").at(-2) ?? "");
    if (part === undefined) throw new DataError(file, path, "a file in train, valid or test", "another folder");
    part.push({ path, chords: chordsOf(bytes, path) });
  }
  const [train, validation, test] = Array.from(parts, ([name, list]) => {
    if (list.length === 0) throw new DataError(file, name, "at least one chorale", "none");
    return list.sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ chords }) => chords);
  });
  return { train: train ?? [], validation: validation ?? [], test: test ?? [] };
}

/** Reads one chorale: a CSV file with a chord a line. @throws DataError naming the line and the voice */
function chordsOf(bytes: Uint8Array, file: string): Chords {
  const columns = readCsv(bytes, file);
  if (Object.keys(columns).join() !== VOICES.join()) {
    throw new DataError(file, "header", VOICES.join(), Object.keys(columns).join());
  }
  const voices = VOICES.map((name) => columns[name] ?? []);
  const steps = voices[0]?.length ?? 0;
  if (steps === 0) throw new DataError(file, "size", "at least one chord", "none");
  const notes = new Int32Array(steps * VOICES.length);
  voices.forEach((cells, voice) => {
    cells.forEach((cell, step) => {
      const note = /^\d{1,3}$/.test(cell) ? Number(cell) : Number.NaN;
      if (!(note <= 127)) {
        throw new DataError(file, `${VOICES[voice]}, line ${step + 2}`, "a MIDI number from 0 to 127", cell);
      }
      notes[step * VOICES.length + voice] = note;
    });
  });
  return numericArray(notes, [steps, VOICES.length]);
}

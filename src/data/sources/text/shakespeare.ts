import { decodeUtf8 } from "../../formats/utf8";
import { drawnPlay } from "../../synthetic/drawn-play";
import type { DataSource } from "../source";
import { findOrDraw, type LoaderOptions } from "../stand-in";

export interface Shakespeare {
  readonly text: string;
  readonly source: DataSource;
}

const FILE = {
  folder: "tinyshakespeare",
  name: "input.txt",
  bytes: 1_115_394,
  sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
};

const MIRROR =
  "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/";

/**
 * Loads Tiny Shakespeare (Karpathy 2015): scenes of Shakespeare's plays, 40,000 lines in ASCII, 1,115,394 characters of
 * 65 kinds. The file is searched in `tinyshakespeare` under `UNROLL_DATA`, then in the user's cache, then at its public
 * mirror. When it is nowhere, a generated play of the same form replaces it, and one line that begins
 * "stand-in data: " says so.
 *
 * @example
 *   const { text, source } = await loadShakespeare();
 *   console.log(source.kind, text.length, text.slice(0, 14)); // "real", 1115394, "First Citizen:"
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file is not available
 */
export async function loadShakespeare(options: LoaderOptions = {}): Promise<Shakespeare> {
  const subject = "Tiny Shakespeare";
  const wanted = { loader: "loadShakespeare", files: [FILE], mirrors: [MIRROR], subject, drawn: "scenes" };
  const { files, source } = await findOrDraw(wanted, options);
  return { text: files ? decodeUtf8(files[0] as Uint8Array, FILE.name) : drawnPlay(), source };
}

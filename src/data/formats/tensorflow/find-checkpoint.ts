import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { didYouMean, listed } from "../../../arguments";
import { DataError } from "../../errors";
import { errorCode } from "../../files/data-file";

/** Where a checkpoint is, and in which form. */
export interface FoundCheckpoint {
  readonly form: "bundle" | "tables";
  /** The prefix of a bundle, or the files of the older form. */
  readonly paths: readonly string[];
}

const PART = /\.(index|meta|data-\d{5}-of-\d{5})$/;
const SHARD = /-\d{5}-of-(\d{5})$/;

/**
 * Finds a checkpoint by what TensorFlow calls its path, the beginning of its files' names; by one of these files; or by the
 * folder, whose file "checkpoint" names the newest one.
 *
 * @throws DataError that names the checkpoints of the folder, when there is none of that name
 */
export async function findCheckpoint(path: string): Promise<FoundCheckpoint> {
  return findFiles((await isFolder(path)) ? await newestIn(path) : path);
}

async function findFiles(path: string): Promise<FoundCheckpoint> {
  const prefix = path.replace(PART, "");
  const [folder, name] = [dirname(prefix), basename(prefix)];
  const files = await readdir(folder).catch(() => [] as string[]);
  if (files.includes(`${name}.index`)) return { form: "bundle", paths: [prefix] };
  if (prefix === path && files.includes(name)) return { form: "tables", paths: [path] };
  const shards = files.filter((file) => SHARD.test(file) && file.replace(SHARD, "") === name).sort();
  if (shards.length > 0) {
    const count = Number(SHARD.exec(shards[0] as string)?.[1]);
    if (shards.length !== count) throw new DataError(path, "shards", `${count} files`, shards.join(", "));
    return { form: "tables", paths: shards.map((shard) => join(folder, shard)) };
  }
  const there = files.filter((file) => file.endsWith(".index")).map((file) => file.replace(PART, ""));
  const actual = there.length > 0 ? `none; in this folder are ${listed(there)}${didYouMean(name, there)}` : "none";
  throw new DataError(path, "checkpoint", `a checkpoint of TensorFlow: ${name}.index, or a file ${name}`, actual);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The checkpoint that the folder's state file names: `model_checkpoint_path: "model.ckpt-1000"`. */
async function newestIn(folder: string): Promise<string> {
  const state = join(folder, "checkpoint");
  const text = await readFile(state, "utf8").catch((error) => {
    const expected = 'a readable file, which names the newest checkpoint (or give "model.ckpt-1000", with its folder)';
    throw new DataError(state, "access", expected, errorCode(error));
  });
  const named = /^model_checkpoint_path:\s*"((?:[^"\\]|\\.)+)"/m.exec(text)?.[1];
  if (named === undefined) throw new DataError(state, "model_checkpoint_path", "a name in quotes", "none");
  if (!isAbsolute(named)) return join(folder, named);
  const moved = join(folder, basename(named)); // a folder that was copied here from another place still names that one
  return (await readdir(folder)).includes(`${basename(named)}.index`) ? moved : named;
}

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkOptions } from "../../arguments";
import { InterruptedError } from "../interruptible";
import { withSentencesFile } from "./sentences-file";

/** Another library failed, or took longer than its limit. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** gensim's settings, by the names of `trainWordVectors`. */
export interface GensimSettings {
  model: "skip-gram" | "cbow";
  epochs: number;
  vectorSize?: number;
  window?: number;
  shrinkWindow?: boolean;
  minCount?: number;
  negative?: number;
  nsExponent?: number;
  sample?: number;
  learningRate?: number;
  minLearningRate?: number;
  seed?: number;
  /** Threads that train. Default: 1. */
  workers?: number;
}

export interface PeerOptions {
  /** Where the vectors go, in word2vec's binary format, which `loadWord2VecFormat` reads. Default: nowhere. */
  saveTo?: string;
  /** Seconds after which the other library is ended. Default: 1800. */
  limit?: number;
}

/** What gensim's training took. */
export interface GensimResult {
  /** Words of the sentences that were read in a second, rare ones among them, over all epochs. */
  readonly wordsPerSecond: number;
  /** Of `train` alone: building the vocabulary does not count. */
  readonly seconds: number;
  readonly words: number;
  readonly vocabularySize: number;
  /** gensim's version. */
  readonly version: string;
}

/** The package's folder: dist/notebook and src/notebook both stand two folders below it. */
const ROOT = join(__dirname, "..", "..", "..");

/**
 * Trains another library on the same data, on the same machine, in a process of its own: gensim's `Word2Vec`, beside
 * `trainWordVectors`. `npm run peers -- gensim` installs gensim in a clone.
 *
 *   const sentences = ["the king rules the land", "the queen rules the land"];
 *   const theirs = await runPeer("gensim", sentences, { model: "skip-gram", epochs: 5, minCount: 1 });
 *   if (theirs) console.log(theirs.wordsPerSecond, theirs.version);
 *
 * @param sentences texts whose words stand between spaces, or lists of words; they are written to a temporary file
 * @returns undefined where the library is not installed, after one line that says so
 * @throws PeerError when the library fails or takes too long; InterruptedError when this process is interrupted
 */
export async function runPeer(
  name: "gensim",
  sentences: Iterable<string | readonly string[]>,
  settings: GensimSettings,
  options: PeerOptions = {},
): Promise<GensimResult | undefined> {
  checkOptions("runPeer", options, ["saveTo", "limit"]);
  return runPeerOf(ROOT, name, { sentences, settings, options });
}

/** The same with the environments of another folder. */
export async function runPeerOf(
  root: string,
  name: "gensim",
  given: {
    readonly sentences: Iterable<string | readonly string[]>;
    readonly settings: GensimSettings;
    readonly options: PeerOptions;
  },
): Promise<GensimResult | undefined> {
  const inside = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const python = join(root, ".peers", name, ...inside);
  const script = join(root, "scripts", "peers", "gensim_word2vec.py");
  if (!existsSync(python) || !existsSync(script)) {
    console.log(`${name} is not installed: npm run peers -- ${name} installs it in a clone`);
    return undefined;
  }
  const { sentences, settings, options } = given;
  const { saveTo, limit = 1800 } = options;
  return withSentencesFile(sentences, async (path) => {
    const output = saveTo === undefined ? [] : [saveTo];
    const printed = await outputOf(
      python,
      [script, path, JSON.stringify({ workers: 1, ...settings }), ...output],
      limit,
    );
    return JSON.parse(printed.trim().split("\n").at(-1) as string) as GensimResult;
  });
}

/** How much of a failed process's output is shown. */
const SHOWN = 2000;

/** What a command prints. @throws PeerError, InterruptedError */
async function outputOf(command: string, args: readonly string[], limit: number): Promise<string> {
  await new Promise(setImmediate); // as in `interruptible`: a listener for SIGINT in a cell's synchronous part ends the kernel
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = { output: "", errors: "" };
  child.stdout.on("data", (text) => {
    said.output += text;
  });
  child.stderr.on("data", (text) => {
    said.errors = (said.errors + text).slice(-SHOWN);
  });
  let killed: Error | undefined;
  const end = (reason: Error) => () => {
    killed ??= reason;
    child.kill("SIGKILL");
  };
  const interrupt = end(new InterruptedError());
  const timer = setTimeout(end(new PeerError(`expected an end within ${limit} s, got none`)), limit * 1000);
  process.on("SIGINT", interrupt);
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(signal ?? `code ${code}`));
    });
    if (killed) throw killed;
    if (ended !== "code 0") throw new PeerError(`expected code 0, and the process ended with ${ended}: ${said.errors}`);
    return said.output;
  } finally {
    clearTimeout(timer);
    process.off("SIGINT", interrupt);
  }
}

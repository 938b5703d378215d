/** Who decodes, and the command that starts it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { pythonOf } from "../python/environment.mts";

export const DECODER_PEERS = ["torch", "onnxruntime"] as const;
export type DecoderPeer = (typeof DECODER_PEERS)[number];
export type DecoderName = "unroll" | DecoderPeer;

/** Where `npm run peers` installs them. */
export const PEERS_FOLDER = join(ROOT, ".peers");

const HERE = ["scripts", "bench", "decode"];
const SCRIPTS: Readonly<Record<DecoderPeer, string>> = { torch: "torch_decode.py", onnxruntime: "onnx_decode.py" };

/** The peers whose environments are in the folder. */
export const installedDecoders = (folder: string): DecoderPeer[] =>
  DECODER_PEERS.filter((peer) => existsSync(pythonOf(folder, peer)));

/** @returns the words of the command that starts it with that task.json */
export function decoderCommand(name: DecoderName, folder: string, task: string): string[] {
  if (name === "unroll") return ourCommand(task);
  return [pythonOf(folder, name), join(ROOT, ...HERE, "peers", SCRIPTS[name]), task];
}

/** Writes the task into a folder. */
export const writeCommand = (folder: string): string[] => ourCommand("--write", folder);

const ourCommand = (...args: string[]) => [process.execPath, join(ROOT, "dist", ...HERE, "unroll-decode.mjs"), ...args];

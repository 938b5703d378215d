/** A process that is measured, kept alive and asked line by line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { cleanEnvironment, collect, LIMIT, lastLine } from "../run-child.mts";
import type { Answer, Question } from "./ways.mts";

export interface Decoder<Asked = Question, Told = Answer> {
  /** The library and its version. */
  readonly version: string;
  ask(question: Asked): Promise<Told>;
  close(): Promise<void>;
}

/** Starts a process. A test puts a function of its own in the place of `openDecoder`. */
export type OpenDecoder<Asked = Question, Told = Answer> = (
  command: readonly string[],
) => Promise<Decoder<Asked, Told>>;

/** @param limit milliseconds for one answer. Default: five minutes */
export async function openDecoder<Asked = Question, Told = Answer>(
  [command = "", ...args]: readonly string[],
  limit: number = LIMIT,
): Promise<Decoder<Asked, Told>> {
  const child = spawn(command, args, { env: cleanEnvironment(), stdio: "pipe" }); // it ends when its input is closed
  const stderr = collect(child.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const closed = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(lastLine(stderr()) ?? `ended with ${signal ?? code}`));
  });
  child.stdin.on("error", () => undefined); // told by its end

  async function next<T>(): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${limit / 1000} s`)), limit);
    });
    try {
      const { done, value } = await Promise.race([lines.next(), late]);
      if (done) throw new Error(await closed);
      return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }

  async function close(): Promise<void> {
    child.kill("SIGKILL");
    await closed;
  }

  try {
    const { version } = await next<{ version: string }>();
    return {
      version,
      close,
      async ask(question) {
        if (!child.stdin.write(`${JSON.stringify(question)}\n`))
          await Promise.race([once(child.stdin, "drain"), closed]);
        return next<Told>();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

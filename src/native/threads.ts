import { configProto } from "./config";
import { guarded } from "./errors";
import { needAddon } from "./load";
import { Session } from "./session";

/**
 * Starts TensorFlow's threads. The first session of a process decides how many threads an operation may use, for all
 * sessions and for tfjs-node's eager operations; later calls change nothing. To be called before tfjs-node is loaded.
 *
 * @param count threads inside one operation
 */
export function startThreads(count: number): void {
  new Session(new Uint8Array(), configProto({ intraOpThreads: count })).close();
}

/**
 * Gives a variable of the process's environment a value, unless it has one. TensorFlow reads its variables there; what a
 * worker thread writes into `process.env` does not get there.
 */
export function setEnvironment(name: string, value: string): void {
  guarded(() => needAddon().setEnvironment(name, value));
}

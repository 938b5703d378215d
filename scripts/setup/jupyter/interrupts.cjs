/** What an interrupt (JupyterLab's stop button) does to a cell. */
const { join } = require("node:path");
const { stoppable } = require("./stoppable.cjs");

/** What is shown below an interrupted cell. */
const LINE = "interrupted: the rest of the cell did not run";

/** Milliseconds for a cell to end by itself: `fit` takes one step's time, and gives the history so far. */
const GRACE = 2_000;

/** Milliseconds after which listeners are told again: a training that began just now did not listen yet. */
const AGAIN = 200;

/** Is thrown in an interrupted cell, where it would have gone on. It has the name of the error that ends `interruptible`. */
class CellInterrupted extends Error {
  constructor() {
    super(LINE);
    this.name = "InterruptedError";
  }
}

/** A cell that runs. The code that `stoppable` adds calls its functions. */
class RunningCell {
  interrupted = false;

  check() {
    if (this.interrupted) throw new CellInterrupted();
  }

  /**
   * @template T
   * @param {T} value
   */
  pass(value) {
    this.check();
    return value;
  }
}

/**
 * @typedef {object} Converted what tslab makes of a cell
 * @property {string} [output] JavaScript; empty: there is nothing to run
 * @property {boolean} [hasToplevelAwait]
 */

/** @typedef {{ convert: (declared: string, source: string) => Converted }} Converter */

/**
 * @typedef {object} Executor
 * @property {(source: string) => Promise<boolean>} execute
 * @property {() => void} interrupt ends the cell at its present await, and leaves what it awaits running
 */

/** @typedef {{ readonly node: Converter, readonly browser: Converter, close(): void }} Converters */

/** @typedef {{ log: (...values: unknown[]) => void, error: (...values: unknown[]) => void }} Printer */

/**
 * tslab ends an interrupted cell with an error and its stack, forgets the names that the cell has declared, and lets the rest
 * of the cell run on when what it awaits has ended. Here the interrupted cell says so in one line, its names stay, and its rest does not run.
 *
 * @param {string} tslab the package's folder
 */
function mendInterrupts(tslab) {
  /** @type {typeof import("typescript-5.0")} */
  const ts = require(require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] }));
  /** @type {{ createExecutor: (folder: string, converters: Converters, console: Printer) => Executor }} */
  const executor = require(join(tslab, "dist", "executor.js"));
  const { createExecutor } = executor;
  executor.createExecutor = (folder, converters, printer) => {
    const noCell = new RunningCell(); // in which timers call functions between two cells
    let [cell, declaresOnly] = [noCell, false];
    /** @type {Converter["convert"]} */
    const convert = (declared, source) => {
      const converted = converters.node.convert(declared, source);
      if (declaresOnly) return { ...converted, output: "" };
      return converted.output ? { ...converted, ...stoppable(ts, converted.output) } : converted;
    };
    /** @type {Printer["error"]} */
    const error = (...values) => {
      if (isSynchronous(values[0])) cell.interrupted = true;
      if (!cell.interrupted || !isInterruption(values[0])) printer.error(...values);
    };
    /** @type {Converters} */
    const changed = {
      get node() {
        return { ...converters.node, convert };
      },
      get browser() {
        return converters.browser;
      },
      close: () => converters.close(),
    };
    const own = createExecutor(folder, changed, { ...printer, error });
    Object.assign(Reflect.get(globalThis, "__tslab__"), { cell: () => cell });
    let tellsAgain = false;
    const tellAgain = () => {
      tellsAgain = true;
      process.emit("SIGINT");
      tellsAgain = false;
    };
    /** @type {NodeJS.Timeout[]} */
    let timers = [];
    return {
      ...own,
      interrupt() {
        if (cell === noCell || tellsAgain) return;
        if (cell.interrupted) return own.interrupt(); // pressed again
        cell.interrupted = true;
        timers = [setInterval(tellAgain, AGAIN), setTimeout(own.interrupt, GRACE)];
      },
      async execute(source) {
        cell = new RunningCell();
        try {
          const succeeded = await own.execute(source);
          if (!cell.interrupted) return succeeded;
          declaresOnly = true;
          if (!succeeded) await own.execute(source); // only for the names
          printer.log(LINE);
          return false; // which cancels the cells that wait
        } finally {
          timers.forEach(clearTimeout);
          [cell, declaresOnly] = [noCell, false];
        }
      },
    };
  };
}

/** Whether Node itself has ended a cell, in its part before the first await. */
const isSynchronous = (/** @type {unknown} */ error) =>
  error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";

/** Whether an error says nothing but that there was an interrupt. */
function isInterruption(/** @type {unknown} */ error) {
  if (isSynchronous(error)) return true;
  if (!(error instanceof Error)) return false;
  const { name, message } = error;
  if (name === "AbortError") return /: interrupted$/.test(message); // evaluate, predict
  return name === "InterruptedError" || message === "Interrupted asynchronously"; // the latter is tslab's
}

/** A promise that nobody awaits ends at an interrupt, too, and its error is no news. */
function mendRejections() {
  for (const tell of process.listeners("unhandledRejection")) {
    process.off("unhandledRejection", tell);
    process.on("unhandledRejection", (reason, promise) => isInterruption(reason) || tell(reason, promise));
  }
}

module.exports = { mendInterrupts, mendRejections, isInterruption };

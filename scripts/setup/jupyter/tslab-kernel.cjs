/** Starts the TypeScript kernel, with the faults of tslab 1.0.22 mended. */
const { join } = require("node:path");
const { mendHelp } = require("./help.cjs");
const { mendInterrupts, mendRejections } = require("./interrupts.cjs");
const { cellForTslab } = require("./tslab-cells.cjs");
const { withHint } = require("./unknown-names.cjs");

/**
 * TypeScript's host, `ts.sys`, as far as it is mended.
 *
 * @typedef {object} Host
 * @property {(callback: Callback, ms: number, ...args: unknown[]) => unknown} setTimeout
 * @property {(timer: unknown) => void} clearTimeout
 */

/** @typedef {(...args: unknown[]) => void} Callback */

/**
 * A place in a cell, as tslab tells it: lines and characters count from 0.
 *
 * @typedef {{ offset: number, line: number, character: number }} Place
 */

/**
 * An error in a cell, or in another file, which has a `fileName`.
 *
 * @typedef {{ start: Place, end: Place, code: number, messageText: string, fileName?: string }} Diagnostic
 */

/**
 * What tslab makes of a cell.
 *
 * @typedef {object} Converter
 * @property {(declared: string, source: string) => { diagnostics: Diagnostic[] }} convert
 */

/**
 * tslab gives TypeScript one timer, for a rebuild, and throws "Unexpected pending rebuildTimer" in the next cell when
 * TypeScript has asked for another: it does as soon as a folder changes in which an import was looked for in vain (an npm
 * install, a new folder beside the notebooks). Those timers are real ones here.
 *
 * @param {string} tslab the package's folder
 */
function mendTimers(tslab) {
  /** @type {{ sys: Host }} */
  const ts = require(require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] }));
  /** @param {Callback} callback */
  const isRebuild = (callback) => callback.name === "updateProgramWithWatchStatus";
  /** @type {Set<unknown>} */
  const real = new Set();
  // tslab's converter sets both on an object that inherits from ts.sys, and so by these setters.
  onceSet(ts.sys, "setTimeout", (own) => (callback, ms, ...args) => {
    if (isRebuild(callback)) return own(callback, ms, ...args);
    const timer = setTimeout(() => {
      real.delete(timer);
      callback(...args);
    }, ms);
    real.add(timer);
    return timer.unref();
  });
  onceSet(ts.sys, "clearTimeout", (own) => (timer) => {
    if (!real.delete(timer)) return own(timer);
    clearTimeout(/** @type {NodeJS.Timeout} */ (timer));
  });
}

/**
 * What is assigned to a property of an object that inherits from this one, goes through `wrap` first.
 *
 * @template {keyof Host} K
 * @param {Host} object
 * @param {K} name
 * @param {(own: Host[K]) => Host[K]} wrap
 */
function onceSet(object, name, wrap) {
  const before = object[name];
  Object.defineProperty(object, name, {
    configurable: true,
    get: () => before,
    set(own) {
      const value = wrap(own);
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    },
  });
}

/**
 * tslab sends without waiting. Once in 512 messages a ZeroMQ socket takes its time, and throws "Socket is busy writing" at
 * the next one: a cell that shows progress failed without a word. With a time limit of 0 the publisher, which never has to
 * wait for anybody, sends at once.
 *
 * @param {string} tslab the package's folder
 */
function mendPublishing(tslab) {
  /** @type {{ Publisher: new (options?: object) => object }} */
  const zmq = require(require.resolve("zeromq", { paths: [tslab] }));
  zmq.Publisher = class extends zmq.Publisher {
    /** @param {object} [options] */
    constructor(options) {
      super({ sendTimeout: 0, ...options });
    }
  };
}

/**
 * tslab loses shorthand properties of an earlier cell's names, and breaks on some patterns and on `export`: cells are rewritten before it sees
 * them (tslab-cells.cjs says how). Error messages keep the line and column of the cell as it was written, and those of unknown
 * names say what to run first.
 *
 * @param {string} tslab the package's folder
 */
function mendCells(tslab) {
  /** @type {typeof import("typescript-5.0")} */
  const ts = require(require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] }));
  /** @type {{ createConverter: (options?: object) => Converter }} */
  const converter = require(join(tslab, "dist", "converter.js"));
  const { createConverter } = converter;
  converter.createConverter = (options) => {
    const own = createConverter(options);
    /** @type {Converter["convert"]} */
    const convert = (declared, source) => {
      const { text, originalOffset } = cellForTslab(ts, source);
      const converted = own.convert(declared, text);
      /** @param {Place} found */
      const place = ({ offset }) => placeIn(source, originalOffset(offset));
      /** @param {Diagnostic} found */
      const inCell = (found) => ({ ...found, start: place(found.start), end: place(found.end) });
      const diagnostics = converted.diagnostics.map((found) => (found.fileName ? found : inCell(found)));
      return { ...converted, diagnostics: withHint(diagnostics) };
    };
    return { ...own, convert };
  };
}

/** @type {(source: string, offset: number) => Place} */
function placeIn(source, offset) {
  const lines = source.slice(0, offset).split("\n");
  return { offset, line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

module.exports = { mendTimers, mendPublishing, mendCells };

if (require.main === module) {
  const [tslab = ""] = process.argv.splice(2, 1); // the rest is tslab's
  mendHelp(tslab); // before anything loads tslab's converter
  mendTimers(tslab);
  mendPublishing(tslab);
  mendCells(tslab);
  mendInterrupts(tslab);
  require(join(tslab, "dist", "main.js")).main();
  mendRejections();
}

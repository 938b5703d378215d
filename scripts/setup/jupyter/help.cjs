/** What Tab and Shift-Tab answer. */
const { join } = require("node:path");
const { signatureHelp } = require("./signature-help.cjs");
const { fitting, stringAt, textsOfOverloads } = require("./string-completions.cjs");

/** @typedef {typeof import("typescript-5.0")} TypeScript */
/** @typedef {import("typescript-5.0").SourceFile} SourceFile */

/**
 * TypeScript's internals that tslab calls.
 *
 * @typedef {object} Internals
 * @property {(file: SourceFile, checker: import("typescript-5.0").TypeChecker, token: object, position: number) =>
 *   import("typescript-5.0").QuickInfo | undefined} getQuickInfoAtPosition the answer for the name that the cursor touches
 * @property {{ getCompletionsAtPositionForTslab: GetCompletions }} Completions
 */

/**
 * @typedef {(host: object, program: import("typescript-5.0").Program, log: object, file: SourceFile, position: number, ...more: unknown[]) =>
 *   import("typescript-5.0").CompletionInfo | undefined} GetCompletions
 */

/**
 * @typedef {object} Converter
 * @property {(declared: string, source: string, position: number) => Found} complete
 */

/** @typedef {{ start: number, end: number, candidates: string[] }} Found `start` and `end` of the text that a candidate replaces */

/** @typedef {{ code: string, cursor_pos: number }} Question */

/** @typedef {{ handleInspect: (question: Question) => object, handleComplete: (question: Question) => { cursor_start: number, cursor_end: number } }} Handler */

/**
 * Shift-Tab inside a call shows the options with their docs, Tab in a string replaces what is written of it, and both find
 * the cursor behind an emoji.
 *
 * @param {string} tslab the package's folder
 */
function mendHelp(tslab) {
  const ts = mendTypeScript(require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] }));
  mendStrings(ts, require(join(tslab, "dist", "converter.js")));
  mendCursor(require(join(tslab, "dist", "jupyter.js")).JupyterHandlerImpl.prototype);
}

/**
 * tslab keeps the program and its checker to itself, and hands them to two functions of TypeScript. This function puts others
 * in their place, before tslab loads the module.
 *
 * @param {string} path of TypeScript's module
 */
function mendTypeScript(path) {
  /** @type {TypeScript & Internals} */
  const ts = require(path);
  /** @type {Internals["getQuickInfoAtPosition"]} */
  const getQuickInfoAtPosition = (file, checker, token, position) => {
    const text = signatureHelp(ts, checker, file, position);
    if (text === undefined) return ts.getQuickInfoAtPosition(file, checker, token, position);
    const textSpan = { start: position, length: 0 };
    return { kind: ts.ScriptElementKind.unknown, kindModifiers: "", textSpan, displayParts: [{ text, kind: "text" }] };
  };
  /** @type {GetCompletions} */
  const getCompletionsAtPositionForTslab = (host, program, log, file, position, ...more) => {
    const found = ts.Completions.getCompletionsAtPositionForTslab(host, program, log, file, position, ...more);
    const string = stringAt(ts, file, position);
    const texts = string ? textsOfOverloads(ts, program.getTypeChecker(), string.node) : [];
    const known = new Set(found?.entries.map(({ name }) => name));
    const added = [...new Set(texts)].filter((name) => !known.has(name));
    if (!found || added.length === 0) return found;
    const entry = { kind: ts.ScriptElementKind.string, sortText: "11" }; // as TypeScript's own entries
    return { ...found, entries: [...found.entries, ...added.map((name) => ({ ...entry, name }))] };
  };
  const replaced = { getQuickInfoAtPosition, Completions: { ...ts.Completions, getCompletionsAtPositionForTslab } };
  const loaded = require.cache[path];
  // The module's own properties cannot be replaced, so the others are read through a copy.
  const copy = Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(ts), ...Object.getOwnPropertyDescriptors(replaced) },
  );
  if (loaded) loaded.exports = copy;
  return ts;
}

/**
 * tslab puts a candidate behind what is written of a string: "ba" became "babar".
 *
 * @param {TypeScript} ts
 * @param {{ createConverter: (options?: object) => Converter }} converter
 */
function mendStrings(ts, converter) {
  const { createConverter } = converter;
  converter.createConverter = (options) => {
    const own = createConverter(options);
    /** @type {Converter["complete"]} */
    const complete = (declared, source, position) => {
      const found = own.complete(declared, source, position);
      const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true);
      const string = stringAt(ts, file, position);
      if (!string) return found;
      const candidates = fitting(found.candidates, source.slice(string.start, position));
      return { ...found, start: string.start, end: string.end, candidates };
    };
    return { ...own, complete };
  };
}

/**
 * Jupyter counts the cursor's place in Unicode characters, TypeScript in UTF-16 units, of which an emoji has two.
 *
 * @param {Handler} handler
 */
function mendCursor(handler) {
  const { handleInspect, handleComplete } = handler;
  /** @type {(question: Question) => Question} */
  const inUnits = ({ code, ...rest }) => ({
    ...rest,
    code,
    cursor_pos: [...code].slice(0, rest.cursor_pos).join("").length,
  });
  handler.handleInspect = function (question) {
    return handleInspect.call(this, inUnits(question));
  };
  handler.handleComplete = function (question) {
    const reply = handleComplete.call(this, inUnits(question));
    const characters = (/** @type {number} */ units) => [...question.code.slice(0, units)].length;
    return { ...reply, cursor_start: characters(reply.cursor_start), cursor_end: characters(reply.cursor_end) };
  };
}

module.exports = { mendHelp };

/** A cell's text as tslab 1.0.22 understands it: see `cellForTslab`. */

/**
 * A change of the text: from `start` on, `length` characters give way to `text`.
 *
 * @typedef {{ start: number, length: number, text: string }} Edit
 */

/**
 * tslab puts the variables of all cells on one object and rewrites each use of an earlier cell's name, `accuracy`, to
 * `exports.accuracy`. Three forms fail then:
 *
 * - A shorthand property, `{ accuracy }`, is a name and a use in one; tslab rewrites neither, so JavaScript finds no
 *   `accuracy`. Here it becomes `{ accuracy: accuracy }`; and `({ count = 1 } = found)` becomes `({ count: count = 1 } = found)`.
 * - A name in a destructuring pattern, `const { epochs: n } = plan`, is taken for a use where an earlier cell declares
 *   `plan`, and becomes `const { exports, epochs: n }`. Here it becomes a text: `const { "epochs": n } = plan`.
 * - `export const size = 3` collides with the export that tslab adds, and `export { size }` of an earlier cell's name
 *   overwrites the value with undefined. All cells share all names anyway, so the word `export` is left out here.
 *
 * @param {typeof import("typescript-5.0")} ts the kernel's own TypeScript
 * @param {string} source
 * @returns {{ text: string, originalOffset: (offset: number) => number }} `originalOffset` says where a place in the new
 *   text was in the cell, for error messages
 */
function cellForTslab(ts, source) {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true);
  const edits = [...exportEdits(ts, file), ...propertyEdits(ts, file)].sort((a, b) => a.start - b.start);
  let [text, end] = ["", 0];
  for (const edit of edits) {
    text += source.slice(end, edit.start) + edit.text;
    end = edit.start + edit.length;
  }
  return { text: text + source.slice(end), originalOffset: (offset) => originalOffset(edits, offset) };
}

/**
 * @param {typeof import("typescript-5.0")} ts
 * @param {import("typescript-5.0").SourceFile} file
 * @returns {Edit[]}
 */
function propertyEdits(ts, file) {
  /** @type {Edit[]} */
  const edits = [];
  /** @param {import("typescript-5.0").Node} node */
  const visit = (node) => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const { text } = node.name;
      edits.push({ start: node.name.getStart(file), length: text.length, text: `${text}: ${text}` });
    }
    if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName)) {
      const { text } = node.propertyName;
      edits.push({ start: node.propertyName.getStart(file), length: text.length, text: JSON.stringify(text) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

/**
 * @param {typeof import("typescript-5.0")} ts
 * @param {import("typescript-5.0").SourceFile} file
 * @returns {Edit[]}
 */
function exportEdits(ts, file) {
  return file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return exportListEdits(ts, file, statement);
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    const word = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return word && !isDefault ? [blank(word.getStart(file), word.end)] : [];
  });
}

/**
 * `export { size, size as width }` becomes `const width = size;`: `size` is there already. A list of another module's
 * names (`export { join } from "path"`) stays.
 *
 * @param {typeof import("typescript-5.0")} ts
 * @param {import("typescript-5.0").SourceFile} file
 * @param {import("typescript-5.0").ExportDeclaration} statement
 * @returns {Edit[]}
 */
function exportListEdits(ts, file, statement) {
  const { exportClause, moduleSpecifier, isTypeOnly, end } = statement;
  if (moduleSpecifier || !exportClause || !ts.isNamedExports(exportClause)) return [];
  const renamed = exportClause.elements.filter(({ propertyName, name }) => propertyName && name.text !== "default");
  const start = statement.getStart(file);
  if (renamed.length === 0) return [blank(start, end)];
  const word = isTypeOnly ? "type" : "const";
  const declared = renamed.map(({ propertyName, name }) => `${word} ${name.text} = ${propertyName?.text};`);
  return [{ start, length: end - start, text: declared.join(" ") }];
}

/** @returns {Edit} as many spaces, so that what follows keeps its place */
function blank(/** @type {number} */ start, /** @type {number} */ end) {
  return { start, length: end - start, text: " ".repeat(end - start) };
}

/**
 * @param {readonly Edit[]} edits in their order
 * @param {number} offset in the new text
 */
function originalOffset(edits, offset) {
  let moved = 0; // by how much the new text is longer up to here
  for (const { start, length, text } of edits) {
    if (offset <= start + moved) break;
    if (offset < start + moved + text.length) return start;
    moved += text.length - length;
  }
  return offset - moved;
}

module.exports = { cellForTslab };

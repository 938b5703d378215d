/** For which function or class Shift-Tab shows help. */
const { helpText } = require("./help-text.cjs");

/** @typedef {import("typescript-5.0").Node} Node */
/** @typedef {import("typescript-5.0").TypeChecker} Checker */

/**
 * The help for the function that is called around the cursor, or that the cursor touches. tslab answers only for a name, with
 * its signature and docs, and says nothing inside `fit(`.
 *
 * @param {typeof import("typescript-5.0")} ts the kernel's own TypeScript
 * @param {Checker} checker
 * @param {import("typescript-5.0").SourceFile} file
 * @param {number} position
 * @returns {string | undefined} undefined: TypeScript's own answer for the name that the cursor touches says it all
 */
function signatureHelp(ts, checker, file, position) {
  const name = identifierAt(ts, file, position);
  if (!name || isUnknownOption(ts, checker, name)) {
    const call = callAround(ts, file, position);
    const signature = call && signatureOf(ts, checker, call);
    return signature && helpText(ts, checker, call, call.expression.getText(file), signature).text;
  }
  if (ts.isPropertyAssignment(name.parent)) return undefined;
  const isCalled =
    (ts.isCallExpression(name.parent) || ts.isNewExpression(name.parent)) && name.parent.expression === name;
  const type = checker.getTypeAtLocation(name);
  const signature = isCalled
    ? signatureOf(ts, checker, name.parent)
    : (type.getConstructSignatures()[0] ?? type.getCallSignatures()[0]);
  if (!signature) return undefined;
  const { text, hasOptions } = helpText(ts, checker, name, name.text, signature);
  return hasOptions ? text : undefined;
}

/** Whether the name is the beginning of an option's name, as in `{ inputSize: 3, a`. @type {(ts: typeof import("typescript-5.0"), checker: Checker, name: import("typescript-5.0").Identifier) => boolean} */
function isUnknownOption(ts, checker, { parent, text }) {
  const isOption = ts.isShorthandPropertyAssignment(parent) || ts.isPropertyAssignment(parent);
  if (!isOption || parent.name.getText() !== text) return false;
  return !checker.getContextualType(parent.parent)?.getProperty(text);
}

/**
 * @param {typeof import("typescript-5.0")} ts
 * @param {Checker} checker
 * @param {import("typescript-5.0").CallExpression | import("typescript-5.0").NewExpression} call
 */
function signatureOf(ts, checker, call) {
  const type = checker.getTypeAtLocation(call.expression);
  const all = ts.isNewExpression(call) ? type.getConstructSignatures() : type.getCallSignatures();
  // While a call is being written, no overload may fit yet: TypeScript then resolves to a signature without a declaration.
  const resolved = checker.getResolvedSignature(call);
  return resolved?.declaration ? resolved : all[0];
}

/** @type {(ts: typeof import("typescript-5.0"), file: import("typescript-5.0").SourceFile, position: number) => import("typescript-5.0").Identifier | undefined} */
function identifierAt(ts, file, position) {
  /** @type {(node: Node) => import("typescript-5.0").Identifier | undefined} */
  const find = (node) => {
    if (position < node.pos || position > node.end) return undefined;
    if (ts.isIdentifier(node)) return node.getStart(file) <= position && node.text ? node : undefined;
    return ts.forEachChild(node, find);
  };
  return find(file);
}

/**
 * The innermost call whose parentheses are around the position. A function's body between them ends the search: what is
 * written there is no argument.
 *
 * @type {(ts: typeof import("typescript-5.0"), file: import("typescript-5.0").SourceFile, position: number) =>
 *   import("typescript-5.0").CallExpression | import("typescript-5.0").NewExpression | undefined}
 */
function callAround(ts, file, position) {
  /** @type {import("typescript-5.0").CallExpression | import("typescript-5.0").NewExpression | undefined} */
  let found;
  /** @param {Node} node */
  const visit = (node) => {
    const isOpen = (ts.isCallExpression(node) || ts.isNewExpression(node)) && file.text[node.end - 1] !== ")";
    const isLast = file.text.slice(node.end).trim() === "";
    const ends = isOpen || isLast ? file.text.length : node.end; // a call that is being written ends where the cell does
    if (position <= node.pos || position > ends) return;
    if (ts.isBlock(node) && ts.isFunctionLike(node.parent) && position < node.end) found = undefined;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments) {
      if (position >= node.arguments.pos && (isOpen || position < node.end)) found = node;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

module.exports = { signatureHelp };

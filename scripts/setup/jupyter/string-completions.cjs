/** What Tab offers inside a string. */

/** @typedef {import("typescript-5.0").StringLiteralLike} StringLiteralLike */

/**
 * The string in which the cursor stands, also one that is being written and has no end yet.
 *
 * @type {(ts: typeof import("typescript-5.0"), file: import("typescript-5.0").SourceFile, position: number) =>
 *   { node: StringLiteralLike, start: number, end: number } | undefined} `start` and `end` of the text between the quotes
 */
function stringAt(ts, file, position) {
  /** @type {(node: import("typescript-5.0").Node) => ReturnType<typeof stringAt>} */
  const find = (node) => {
    if (position < node.pos || position > node.end) return undefined;
    if (!ts.isStringLiteralLike(node)) return ts.forEachChild(node, find);
    const start = node.getStart(file) + 1;
    const isClosed = node.end > start && file.text[node.end - 1] === file.text[start - 1];
    const end = isClosed ? node.end - 1 : node.end;
    return start <= position && position <= end ? { node, start, end } : undefined;
  };
  return find(file);
}

/**
 * The texts that any overload of the called function takes for an option: `padSequences(…, { side: "` is "left" or "right",
 * each in an overload of its own. TypeScript offers only those of the first overload that fits.
 *
 * @param {typeof import("typescript-5.0")} ts
 * @param {import("typescript-5.0").TypeChecker} checker
 * @param {StringLiteralLike} node
 * @returns {string[]}
 */
function textsOfOverloads(ts, checker, node) {
  const property = node.parent;
  if (!ts.isPropertyAssignment(property) || property.initializer !== node) return [];
  const options = property.parent;
  const call = options.parent;
  if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return [];
  const index = call.arguments?.indexOf(options) ?? -1;
  const called = checker.getTypeAtLocation(call.expression);
  const signatures = ts.isNewExpression(call) ? called.getConstructSignatures() : called.getCallSignatures();
  return signatures.flatMap(({ parameters }) => {
    const parameter = parameters[index];
    if (!parameter) return [];
    const taken = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, call));
    const option = checker.getPropertyOfType(taken, property.name.getText());
    const type = option && checker.getTypeOfSymbolAtLocation(option, call);
    const types = type?.isUnion() ? type.types : type ? [type] : [];
    return types.flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
  });
}

/** The texts that fit what is written, those that begin with it first. @type {(texts: readonly string[], written: string) => string[]} */
function fitting(texts, written) {
  const wanted = written.toLowerCase();
  const begin = texts.filter((text) => text.toLowerCase().startsWith(wanted));
  return [...begin, ...texts.filter((text) => !begin.includes(text) && text.toLowerCase().includes(wanted))];
}

module.exports = { stringAt, textsOfOverloads, fitting };

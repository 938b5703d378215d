/** What Shift-Tab shows of a function or class: how it is called, and each option with its docs. */

/** @typedef {import("typescript-5.0").Node} Node */
/** @typedef {import("typescript-5.0").TypeChecker} Checker */

/** A parameter whose type has such a name takes options; tfjs says Args and Config. */
const OPTIONS_TYPE = /(Options|Args|Config|Settings)$/;

/** Other tags say nothing to a reader (tfjs has `@doc`). */
const TOLD_TAGS = ["param", "returns", "throws", "example", "deprecated"];

/**
 * The signature, the first paragraph of its docs, its options, the rest of the docs.
 *
 * @param {typeof import("typescript-5.0")} ts
 * @param {Checker} checker
 * @param {Node} place the call, or the name
 * @param {string} name as the cell calls it
 * @param {import("typescript-5.0").Signature} signature
 */
function helpText(ts, checker, place, name, signature) {
  const { declaration } = signature;
  const parameters = signature.parameters.map((symbol) => parameterOf(ts, checker, symbol, place));
  const ofClass = declaration && ts.isConstructorDeclaration(declaration) ? declaration.parent : undefined;
  const about = ofClass && checker.getSymbolAtLocation(ofClass.name ?? ofClass);
  const returns = ofClass
    ? (ofClass.name?.text ?? name)
    : (declaration?.type?.getText() ?? checker.typeToString(signature.getReturnType()));
  const own = ts.displayPartsToString(signature.getDocumentationComment(checker));
  const docs = own || ts.displayPartsToString(about?.getDocumentationComment(checker));
  const tags = own ? signature.getJsDocTags() : (about?.getJsDocTags(checker) ?? []);
  const [first = "", ...rest] = docs.split("\n\n");
  const options = parameters.flatMap(({ help }) => help);
  const parts = [
    `${ofClass ? "new " : ""}${name}(${parameters.map(({ text }) => text).join(", ")}): ${returns}`,
    first,
    ...options,
    ...rest,
    ...tags.filter((tag) => TOLD_TAGS.includes(tag.name)).map((tag) => tagText(ts, tag)),
  ];
  return { text: parts.filter(Boolean).join("\n\n"), hasOptions: options.length > 0 };
}

/** @type {(ts: typeof import("typescript-5.0"), tag: import("typescript-5.0").JSDocTagInfo) => string} code keeps its indentation */
function tagText(ts, { name, text }) {
  const told = ts.displayPartsToString(text);
  return `@${name}${told.startsWith(" ") ? "\n" : " "}${told}`;
}

/**
 * @param {typeof import("typescript-5.0")} ts
 * @param {Checker} checker
 * @param {import("typescript-5.0").Symbol} symbol
 * @param {Node} place
 * @returns {{ text: string, help: string[] }} `help`: the options, if the parameter takes options
 */
function parameterOf(ts, checker, symbol, place) {
  const { valueDeclaration: declared } = symbol;
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, place));
  const named = declared && ts.isParameter(declared) ? declared : undefined;
  const typeText = named?.type?.getText() ?? checker.typeToString(type);
  // A declaration file writes a destructured parameter as a pattern, for which "options" says more.
  const name = named && !ts.isIdentifier(named.name) ? "options" : symbol.name;
  const text = `${named?.dotDotDotToken ? "..." : ""}${name}${named?.questionToken ? "?" : ""}: ${typeText}`;
  const typeName = (type.aliasSymbol ?? type.symbol)?.name ?? "";
  const takesOptions =
    OPTIONS_TYPE.test(typeName) ||
    name === "options" ||
    (named?.type !== undefined && ts.isTypeLiteralNode(named.type));
  return { text, help: takesOptions ? optionsHelp(ts, checker, place, name, type) : [] };
}

/** @type {(ts: typeof import("typescript-5.0"), checker: Checker, place: Node, name: string, type: import("typescript-5.0").Type) => string[]} */
function optionsHelp(ts, checker, place, name, type) {
  const lines = checker.getPropertiesOfType(type).map((property) => {
    const { valueDeclaration: declared } = property;
    const optional = property.flags & ts.SymbolFlags.Optional ? "?" : "";
    const written = declared && ts.isPropertySignature(declared) ? declared.type?.getText() : undefined;
    const typeText = written ?? checker.typeToString(checker.getTypeOfSymbolAtLocation(property, place));
    const docs = ts.displayPartsToString(property.getDocumentationComment(checker));
    return `  ${property.name}${optional}: ${typeText}${docs ? `\n${docs.replace(/^/gm, "      ")}` : ""}`;
  });
  return lines.length > 0 ? [`${name}:\n${lines.join("\n")}`] : [];
}

module.exports = { helpText };

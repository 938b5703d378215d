/** A function that cannot become a graph, or a compiled one that was called wrongly; the message says the way out. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

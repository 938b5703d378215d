/** The operation that the library draws random numbers by. */
export const DRAW = "StatelessRandomUniform";

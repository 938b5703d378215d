import { inScope } from "../compile/internal";
import { tidy } from "./tidy";

/** Runs a cell's or layer's computation: a `tidy`, whose operations have the owner's name in a profile of a compiled function. */
export const named = <T>(owner: object, compute: () => T): T => inScope(owner, () => tidy(compute));

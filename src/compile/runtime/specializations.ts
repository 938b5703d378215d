import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";
import type { Program } from "./program";

/** Destructured once, as in signatures.ts. */
const { arraysEqual } = tf.util;

/** What is built once for each list of shapes and types that a function is called with, until it is disposed. */
export class Specializations<Made extends { readonly program: Program }> {
  private readonly made: { readonly signatures: readonly Signature[]; readonly made: Made }[] = [];
  private isOpen = true;

  /** @param refusal said of a call after `dispose` */
  constructor(private readonly refusal: string) {}

  /** @throws CompileError when it was disposed */
  checkOpen(): void {
    if (!this.isOpen) throw new CompileError(this.refusal);
  }

  for(signatures: readonly Signature[], build: () => Made): Made {
    const known = this.made.find((each) => areAlike(each.signatures, signatures));
    if (known !== undefined) return known.made;
    const made = build();
    this.made.push({ signatures, made });
    return made;
  }

  /** Closes the sessions. The variables live on. */
  dispose(): void {
    this.isOpen = false;
    for (const { made } of this.made) made.program.dispose();
    this.made.length = 0;
  }
}

/** Whether all shapes and types are the same. */
function areAlike(these: readonly Signature[], those: readonly Signature[]): boolean {
  const isLike = ({ shape, dtype }: Signature, other: Signature) =>
    dtype === other.dtype && arraysEqual(shape as number[], other.shape as number[]);
  return these.length === those.length && these.every((each, i) => isLike(each, those[i] as Signature));
}

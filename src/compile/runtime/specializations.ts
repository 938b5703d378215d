import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { ArgumentSignature } from "../shard/argument";
import type { Program } from "./program";

/** Destructured once, as in signatures.ts. */
const { arraysEqual } = tf.util;

/** A function's programs: one for each list of shapes and types that the function is called with, until it is disposed. */
export class Specializations<Built extends { readonly program: Program }> {
  private readonly all: { readonly signatures: readonly ArgumentSignature[]; readonly built: Built }[] = [];
  private isOpen = true;

  /** @param refusal the error message of a call after `dispose` */
  constructor(private readonly refusal: string) {}

  /** @throws CompileError after `dispose` */
  checkOpen(): void {
    if (!this.isOpen) throw new CompileError(this.refusal);
  }

  /** What was built for these shapes and types, built now if need be. */
  for(signatures: readonly ArgumentSignature[], build: () => Built): Built {
    const known = this.all.find((each) => areEqual(each.signatures, signatures));
    if (known !== undefined) return known.built;
    const built = build();
    this.all.push({ signatures, built });
    return built;
  }

  /** Closes the sessions. The variables stay alive. */
  dispose(): void {
    this.isOpen = false;
    for (const { built } of this.all) built.program.dispose();
    this.all.length = 0;
  }
}

function areEqual(left: readonly ArgumentSignature[], right: readonly ArgumentSignature[]): boolean {
  const isEqual = ({ shape, dtype, isShared }: ArgumentSignature, other: ArgumentSignature) =>
    dtype === other.dtype && isShared === other.isShared && arraysEqual(shape as number[], other.shape as number[]);
  return left.length === right.length && left.every((each, i) => isEqual(each, right[i] as ArgumentSignature));
}

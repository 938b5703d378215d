import { CompileError } from "./errors";
import type { Program } from "./program";
import type { Signature } from "./trace";

/** What is built once for each list of shapes and types that a function is called with, until it is disposed. */
export class Built<Made extends { readonly program: Program }> {
  private readonly made = new Map<string, Made>();
  private isOpen = true;

  /** @param refusal said of a call after `dispose` */
  constructor(private readonly refusal: string) {}

  /** @throws CompileError when it was disposed */
  checkOpen(): void {
    if (!this.isOpen) throw new CompileError(this.refusal);
  }

  for(signatures: readonly Signature[], build: () => Made): Made {
    const key = signatures.map(({ shape, dtype }) => `${dtype}[${shape}]`).join();
    const made = this.made.get(key) ?? build();
    this.made.set(key, made);
    return made;
  }

  /** Closes the sessions. The variables live on. */
  dispose(): void {
    this.isOpen = false;
    for (const { program } of this.made.values()) program.dispose();
    this.made.clear();
  }
}

import { INT32 } from "../engine/dtypes";
import { typeAttr } from "../engine/protobuf";
import type { Scan, Signature } from "../ir/trace";
import type { GraphWriter, Ref } from "./graph-writer";
import type { LoopContext } from "./while-loop";

/** Writes what a chunk of time steps reads from outside its loop. */
export class ChunkInputs {
  /** @param index of the chunk in the sequence, from 0 */
  constructor(
    private readonly writer: GraphWriter,
    private readonly scan: Scan,
    private readonly loop: LoopContext,
    private readonly index: Ref,
  ) {}

  /** The number of the chunk's first time step. */
  firstStep(): Ref {
    const size = this.loop.enterFromTop(this.writer.int(this.scan.size), INT32);
    return this.writer.binary("Mul", this.index, size, INT32);
  }

  /** The chunk's time steps of a sequence. @param signature of the slice */
  slice(sequence: Ref, { shape, dtype }: Signature): Ref {
    const { writer, loop } = this;
    const zero = loop.enterFromTop(writer.int(0), INT32);
    const begin = writer.pack([this.firstStep(), ...shape.slice(1).map(() => zero)], INT32);
    const size = loop.enterFromTop(writer.ints(shape), INT32);
    const steps = loop.enter(sequence, dtype);
    return writer.node("Slice", [steps, begin, size], { T: typeAttr(dtype), Index: typeAttr(INT32) });
  }

  /** A value that is the same for every chunk. */
  enter(value: Ref, { dtype }: Signature): Ref {
    return this.loop.enter(value, dtype);
  }
}

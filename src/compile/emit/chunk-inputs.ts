import { typeAttr } from "../engine/protobuf";
import type { Scan, Signature } from "../ir/trace";
import type { GraphWriter, Ref } from "./graph-writer";
import type { LoopBody } from "./while-loop";

/** What a chunk takes of the values around the loop. */
export class ChunkInputs {
  constructor(
    private readonly writer: GraphWriter,
    private readonly scan: Scan,
    private readonly inside: LoopBody,
    private readonly index: Ref,
  ) {}

  firstStep(): Ref {
    const { TF_INT32 } = this.writer.binding;
    const size = this.inside.bringFromTop(this.writer.int(this.scan.size), TF_INT32);
    return this.writer.binary("Mul", this.index, size, TF_INT32);
  }

  /** The chunk's rows of a sequence. */
  slice(sequence: Ref, { shape, dtype }: Signature): Ref {
    const { writer, inside } = this;
    const { TF_INT32 } = writer.binding;
    const zero = inside.bringFromTop(writer.int(0), TF_INT32);
    const begin = writer.pack([this.firstStep(), ...shape.slice(1).map(() => zero)], TF_INT32);
    const size = inside.bringFromTop(writer.ints(shape), TF_INT32);
    const rows = inside.bring(sequence, dtype);
    return writer.node("Slice", [rows, begin, size], { T: typeAttr(dtype), Index: typeAttr(TF_INT32) });
  }

  bring(value: Ref, { dtype }: Signature): Ref {
    return this.inside.bring(value, dtype);
  }
}

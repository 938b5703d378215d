import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";

/** The shape and type of an argument. */
export interface ArgumentSignature extends Signature {
  /** Whether the caller passed it as `shared(…)`. Default: false. */
  readonly isShared?: boolean;
}

/** Whether all shards get an argument whole: a scalar, or what was passed as `shared(…)`. The others are cut. */
export const isReplicated = ({ shape, isShared = false }: ArgumentSignature): boolean => isShared || shape.length === 0;

/**
 * The number of examples in a batch: the first size of each argument that is cut; undefined where none is.
 *
 * @throws CompileError naming the first argument that has another first size
 */
export function batchSizeOf(where: string, call: string, signatures: readonly ArgumentSignature[]): number | undefined {
  const cut = signatures.flatMap((signature, i) => (isReplicated(signature) ? [] : [{ i, shape: signature.shape }]));
  const [first] = cut;
  const wrong = cut.find(({ shape }) => shape[0] !== first?.shape[0]);
  if (wrong === undefined) return first?.shape[0];
  const sizes = cut.map(({ shape }) => shape[0]).join(", ");
  const line = signatures.map((_, i) => (i === wrong.i ? `shared(argument${i})` : `argument${i}`)).join(", ");
  throw new CompileError(
    `${where}: expected tensors of one batch size, got first sizes ${sizes}. If all examples share argument ${wrong.i} ` +
      `of shape [${wrong.shape}], write ${call.replace("…", line)}`,
  );
}

import type * as tf from "../../../tf";
import { CompileError } from "../../errors";
import type { Signature } from "../../ir/trace";
import { exceedsRounding, perNudge } from "../../runtime/nudge";
import { isReplicated } from "../../shard/argument";
import { type Groups, regrouped } from "../../shard/regrouped";
import type { CutPlan } from "../emit-shards";
import type { CapturedShard } from "../loss/capture-shard";
import type { StepSource } from "../step-plan";
import { type CheckOptions, checkProgram, type Totals, totalsIn } from "./check-program";
import { type Compared, dependsOnOthers, difference, differing, share } from "./compare";

/** How many times what a nudge makes a difference must be that is small itself. */
const SUSPECT_MARGIN = 10;

/**
 * Compares the loss of a batch, as its shards give it, with the loss of the whole batch, on the batch's own numbers. They
 * differ where a term depends on other examples than its own, or where an argument was cut that all examples share.
 *
 * @throws CompileError naming both numbers
 */
export function checkShards(captured: CapturedShard, source: StepSource, options: CheckOptions): void {
  if (captured.whole === undefined) return;
  const { plan } = options;
  const program = checkProgram(captured, captured.whole, source, options);
  const values = [...options.variables, ...options.frozen];
  const numbers = (nudge: number) => [[source.iteration], [nudge]];
  try {
    const run = (batch: readonly tf.Tensor[], nudge = 0) =>
      totalsIn(captured, program.read([...batch, ...values], numbers(nudge), batch.length)[0] ?? []);
    const [ab, ofShards] = run(source.batch);
    const compared = compare(captured, ab, ofShards);
    const { certain, suspect } = differing(compared);
    const [first] = [...certain, ...suspect];
    if (!first) return;
    const nudgedBy = perNudge((nudge) => compare(captured, run(source.batch, nudge)[0], ab));
    const isClear = (margin: number) => (each: Compared) => {
      const at = compared.indexOf(each);
      const found = { difference: difference(each), share: share(each) };
      return exceedsRounding(found, (nudge) => difference(nudgedBy(nudge)[at] as Compared), margin);
    };
    const clear = certain.find(isClear(1)) ?? suspect.find(isClear(SUSPECT_MARGIN));
    if (clear) throw differs(clear, plan);
    const { batch, signatures, isGathered } = source;
    const isCut = (i: number) => (isGathered ? i === batch.length - 1 : !isReplicated(signatures[i] as Signature));
    const of = (groups: Groups) => regrouped(batch, isCut, plan, groups, (given) => run(given)[0]);
    const [ba, aa, bb] = [of("ba"), of("aa"), of("bb")];
    const isDependent = ab.some((sum, i) => dependsOnOthers([sum, ba[i], aa[i], bb[i]] as never));
    if (isDependent) throw differs(first, plan);
  } finally {
    program.dispose();
  }
}

/** The mean of each part, and each further tensor, of the whole batch and of its shards. */
function compare({ shape: { names, aux, terms } }: CapturedShard, whole: Totals, shards: Totals): Compared[] {
  const parts = terms.length;
  const shareOfTerm = (totals: Totals, i: number) => {
    const count = totals[parts + i]?.sum as number;
    return count === 0 ? 0 : 1 / count;
  };
  const means = terms.map((_, i): Compared => {
    const [ofWhole, ofShards] = [shareOfTerm(whole, i), shareOfTerm(shards, i)];
    const [a, b] = [whole[i] as Totals[0], shards[i] as Totals[0]];
    const scale = Math.max(a.scale * Math.abs(ofWhole), b.scale * Math.abs(ofShards));
    const name = names === undefined ? "the loss" : `the loss's part ${names[i]}`;
    return { name, whole: a.sum * ofWhole, shards: b.sum * ofShards, scale };
  });
  const others = aux.map(({ name }, i): Compared => {
    const [a, b] = [whole[2 * parts + i] as Totals[0], shards[2 * parts + i] as Totals[0]];
    return { name, whole: a.sum, shards: b.sum, scale: Math.max(a.scale, b.scale) };
  });
  return [...means, ...others];
}

function differs({ name, whole, shards }: Compared, { shards: count, batchSize }: CutPlan): CompileError {
  const [expected, got] = [whole, shards].map((value) => value.toPrecision(6));
  return new CompileError(
    `trainStep: ${name} of the whole batch of ${batchSize} examples is ${expected}, but its ${count} shards give ${got}. ` +
      "A term depends on other examples than its own (a mean or deviation over the batch, a count that is not the shard's " +
      "own), or an argument was cut that all examples share. For such a loss, set shards: 1; such an argument is to be passed " +
      "as shared(t)",
  );
}

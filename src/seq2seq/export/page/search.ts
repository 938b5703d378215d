/** What a search needs to know. */
export interface SearchRules {
  readonly begin: number;
  readonly end: number;
  readonly beamWidth: number;
  readonly maximumLength: number;
  readonly lengthPenalty: number;
  /** Tokens that have no text, and are never written: padding and unknown. Default: none. */
  readonly textless?: readonly number[];
}

/** What the model says about the hypotheses that go on. */
export interface SearchStep {
  /** `[rows, vocabulary]`, row by row. */
  readonly logits: ArrayLike<number>;
  /** `[rows, places]`, row by row; absent without attention. */
  readonly alignments?: ArrayLike<number> | undefined;
}

/**
 * Runs the decoder one step: row i continues row `parents[i]` of the step before with token `tokens[i]`.
 */
export type RunStep = (tokens: readonly number[], parents: readonly number[]) => Promise<SearchStep>;

/** The best hypothesis. */
export interface Found {
  readonly ids: readonly number[];
  /** Where the decoder looked for each token, `[ids, places]`. Empty without attention. */
  readonly alignments: readonly (readonly number[])[];
  readonly reason: "end" | "length";
}

/**
 * Searches the likeliest sequence, as `decode` does: greedily with a beam of width 1, otherwise with the scores of TensorFlow's
 * `BeamSearchDecoder`. The page gets this function's text, so the function uses nothing from outside.
 *
 * @throws Error where the model's logits are NaN or infinite, as those of a memory without a live place are
 */
export async function search(rules: SearchRules, run: RunStep): Promise<Found> {
  interface Hypothesis {
    readonly ids: readonly number[];
    readonly looks: readonly (readonly number[])[];
    readonly logProb: number;
    readonly isFinished: boolean;
    /** The tokens, the end token included. */
    readonly length: number;
    /** The row of the step that wrote its last token. */
    readonly row: number;
    readonly score: number;
  }
  const { begin, end, beamWidth, maximumLength, textless = [] } = rules;
  const weight = beamWidth === 1 ? 0 : rules.lengthPenalty; // greedy search compares tokens of one sequence
  const penalty = (length: number) => ((5 + length) / 6) ** weight;
  let beams: Hypothesis[] = [{ ids: [], looks: [], logProb: 0, isFinished: false, length: 0, row: 0, score: 0 }];
  for (let time = 0; time < maximumLength && beams.some((beam) => !beam.isFinished); time++) {
    const live = beams.filter((beam) => !beam.isFinished);
    const tokens = live.map(({ ids }) => ids.at(-1) ?? begin);
    const { logits, alignments = [] } = await run(
      tokens,
      live.map(({ row }) => row),
    );
    const [size, places] = [logits.length / live.length, alignments.length / live.length];
    const best: Hypothesis[] = []; // the best continuations so far, best first
    const offer = (score: number, make: () => Hypothesis) => {
      const at = best.findIndex((each) => score > each.score);
      if (at < 0 && best.length >= beamWidth) return;
      best.splice(at < 0 ? best.length : at, 0, make());
      best.length = Math.min(best.length, beamWidth);
    };
    let row = 0;
    for (const beam of beams) {
      if (beam.isFinished) {
        const score = beam.logProb / penalty(beam.length);
        offer(score, () => ({ ...beam, score }));
        continue;
      }
      const from = row++;
      const own = Array.from({ length: size }, (_, token) => {
        const isWritten = (token !== begin || begin === end) && !textless.includes(token); // the begin token never is
        return isWritten ? (logits[from * size + token] as number) : Number.NEGATIVE_INFINITY;
      });
      const most = own.reduce((a, b) => Math.max(a, b));
      if (!Number.isFinite(most)) throw new Error("The model's numbers are NaN or infinite: it has no translation.");
      const total = Math.log(own.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
      const look = Array.from({ length: places }, (_, i) => alignments[from * places + i] as number);
      own.forEach((logit, token) => {
        const isEnd = token === end;
        const logProb = beam.logProb + (logit - most - total);
        if (logProb === Number.NEGATIVE_INFINITY) return;
        const score = logProb / penalty(isEnd ? beam.length : beam.length + 1);
        offer(score, () => ({
          ids: isEnd ? beam.ids : [...beam.ids, token],
          looks: isEnd || places === 0 ? beam.looks : [...beam.looks, look],
          ...{ logProb, score, isFinished: isEnd, length: beam.length + 1, row: from },
        }));
      });
    }
    beams = best;
  }
  const final = (beam: Hypothesis) => beam.logProb / penalty(beam.length);
  const { ids, looks, isFinished } = beams.reduce((a, b) => (final(b) > final(a) ? b : a));
  return { ids, alignments: looks, reason: isFinished ? "end" : "length" };
}

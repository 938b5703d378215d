import { Random } from "../random";

const NOUNS = ["film", "story", "script", "cast", "comedy", "drama", "ending", "picture", "camera work", "dialogue"];
const GOOD = ["moving", "witty", "warm", "clever", "tender", "honest", "lively", "charming", "fresh", "gripping"];
const BAD = ["dull", "flat", "tired", "clumsy", "empty", "noisy", "stale", "shallow", "tedious", "lifeless"];

/** Sentences that praise and sentences that find fault. */
export interface DrawnReviews {
  readonly positive: string[];
  readonly negative: string[];
}

/**
 * Generates the stand-in for sentences of film reviews: a small grammar with good words and bad ones. A third of the
 * sentences negates a word of the other kind ("never dull"), so single words do not tell everything.
 */
export function drawnReviews(): DrawnReviews {
  const random = new Random(4);
  const one = (list: readonly string[]) => list[random.integer(list.length)] as string;
  const sentence = (own: readonly string[], other: readonly string[]) => () => {
    const forms = [
      () => `a ${one(own)} ${one(NOUNS)} with a ${one(own)} ${one(NOUNS)} .`,
      () => `the ${one(NOUNS)} is ${one(own)} , and the ${one(NOUNS)} is ${one(own)} too .`,
      () => `the ${one(NOUNS)} is never ${one(other)} .`,
      () => `not a ${one(other)} ${one(NOUNS)} , but a ${one(own)} one .`,
      () => `${one(own)} .`,
      () => `it is a ${one(NOUNS)} about a ${one(NOUNS)} , ${one(own)} from the first scene to the last .`,
    ];
    return (forms[random.integer(forms.length)] as () => string)();
  };
  const many = (own: readonly string[], other: readonly string[]) => Array.from({ length: 600 }, sentence(own, other));
  return { positive: many(GOOD, BAD), negative: many(BAD, GOOD) };
}

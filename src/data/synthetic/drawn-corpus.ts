import { Random } from "../random";

/** The lexicon's sizes. */
const [TOPICS, WORDS_A_TOPIC, COMMON_WORDS] = [12, 10, 30];
const SENTENCES = 5_000;

/** Two invented words and a score. */
interface DrawnPair {
  readonly first: string;
  readonly second: string;
  readonly score: number;
}

interface DrawnQuestion {
  readonly category: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly d: string;
}

interface Lexicon {
  readonly topics: readonly (readonly string[])[];
  readonly common: readonly string[];
}

/** Different words of two or three syllables, a list for each topic; none ends in s, which marks the plural. */
function lexicon(): Lexicon {
  const random = new Random(5);
  const letter = (letters: string) => letters.charAt(random.integer(letters.length));
  const syllable = () => letter("bdfgklmnprtv") + letter("aeiou");
  const words = new Set<string>();
  while (words.size < TOPICS * WORDS_A_TOPIC + COMMON_WORDS) {
    words.add(Array.from({ length: 2 + random.integer(2) }, syllable).join(""));
  }
  const all = [...words];
  const topic = (i: number) => all.slice(i * WORDS_A_TOPIC, (i + 1) * WORDS_A_TOPIC);
  return { topics: Array.from({ length: TOPICS }, (_, i) => topic(i)), common: all.slice(TOPICS * WORDS_A_TOPIC) };
}

/**
 * Generates the stand-in for the word corpus: sentences of invented words, about 50,000 words. A sentence is about one
 * topic: half of its words belong to the topic, singular or plural, the others are common to all topics.
 */
export function drawnCorpus(): string {
  const { topics, common } = lexicon();
  const random = new Random(6);
  const one = (list: readonly string[]) => list[random.integer(list.length)] as string;
  const sentence = () => {
    const topic = topics[random.integer(TOPICS)] as readonly string[];
    const word = () => (random.uniform() < 0.5 ? one(common) : one(topic) + (random.uniform() < 0.3 ? "s" : ""));
    return Array.from({ length: 6 + random.integer(9) }, word).join(" ");
  };
  return `${Array.from({ length: SENTENCES }, sentence).join(" .\n")} .\n`;
}

/** Generates pairs of the corpus's words: two of one topic have a high score, two of different topics a low one. */
export function drawnPairs(most: number): DrawnPair[] {
  const { topics } = lexicon();
  const random = new Random(7);
  return Array.from({ length: 200 }, (_, i) => {
    const related = i % 2 === 0;
    const t = random.integer(TOPICS);
    const other = related ? t : (t + 1 + random.integer(TOPICS - 1)) % TOPICS;
    const [a, step] = [random.integer(WORDS_A_TOPIC), 1 + random.integer(WORDS_A_TOPIC - 1)];
    const first = topics[t]?.[a] as string;
    const second = topics[other]?.[(a + step) % WORDS_A_TOPIC] as string;
    return { first, second, score: most * random.uniform(related ? 0.6 : 0, related ? 1 : 0.4) };
  });
}

/** Generates questions about the corpus's words: singular to plural. */
export function drawnQuestions(): DrawnQuestion[] {
  return lexicon().topics.flatMap((topic) =>
    topic.slice(1).map((c) => {
      const a = topic[0] as string;
      return { category: "plural", a, b: `${a}s`, c, d: `${c}s` };
    }),
  );
}

import { Random } from "../random";

const SPEAKERS = ["First Miller", "Second Miller", "BAKER", "Shepherd", "QUEEN"];
const WORDS = {
  subject: ["the moon", "my lord", "this mill", "our bread", "a shepherd", "the old king", "no man"],
  verb: ["keeps", "forgets", "carries", "would praise", "hath lost", "cannot see"],
  object: ["the river", "his crown", "a song of spring", "all our sorrow", "the hour of rest", "thy gentle name"],
  end: [".", ".", ";", "!", "?"],
};

/**
 * Generates the stand-in for Tiny Shakespeare: speeches of a small grammar, in the same form (a name and a colon, then
 * lines, then an empty line), about 50,000 characters.
 */
export function drawnPlay(): string {
  const random = new Random(3);
  const one = (list: readonly string[]) => list[random.integer(list.length)] as string;
  const line = () => {
    const text = `${one(WORDS.subject)} ${one(WORDS.verb)} ${one(WORDS.object)}${one(WORDS.end)}`;
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  const speech = () => [`${one(SPEAKERS)}:`, ...Array.from({ length: 1 + random.integer(4) }, line)].join("\n");
  return `${Array.from({ length: 480 }, speech).join("\n\n")}\n`;
}

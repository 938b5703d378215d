const SUBJECTS = [
  ["I", "je", 0],
  ["you", "tu", 1],
  ["he", "il", 2],
  ["she", "elle", 2],
  ["we", "nous", 3],
  ["they", "ils", 4],
] as const;
const VERBS = [
  ["see", ["vois", "vois", "voit", "voyons", "voient"]],
  ["want", ["veux", "veux", "veut", "voulons", "veulent"]],
  ["take", ["prends", "prends", "prend", "prenons", "prennent"]],
  ["find", ["trouve", "trouves", "trouve", "trouvons", "trouvent"]],
  ["sell", ["vends", "vends", "vend", "vendons", "vendent"]],
] as const;
const NOUNS = [
  ["house", "maison", "la"],
  ["table", "table", "la"],
  ["car", "voiture", "la"],
  ["door", "porte", "la"],
  ["book", "livre", "le"],
  ["dog", "chien", "le"],
  ["cat", "chat", "le"],
  ["bread", "pain", "le"],
] as const;
const ADJECTIVES = [
  ["black", "noir", "noire"],
  ["green", "vert", "verte"],
  ["small", "petit", "petite"],
  ["round", "rond", "ronde"],
] as const;

/**
 * Generates the stand-in for sentences with their translations: a small grammar of English and French. The French verb follows its
 * subject, article and adjective follow the noun, and the adjective stands behind the noun, so that words change their order.
 */
export function drawnPairs(): { english: string; french: string }[] {
  const all = SUBJECTS.flatMap(([subject, sujet, person]) =>
    VERBS.flatMap(([verb, forms]) =>
      NOUNS.flatMap(([noun, nom, article]) => [
        pairOf(subject, verb, `the ${noun}.`, `${sujet} ${forms[person]} ${article} ${nom}.`),
        ...ADJECTIVES.map(([adjective, masculine, feminine]) => {
          const adjectif = article === "la" ? feminine : masculine;
          return pairOf(
            subject,
            verb,
            `the ${adjective} ${noun}.`,
            `${sujet} ${forms[person]} ${article} ${nom} ${adjectif}.`,
          );
        }),
      ]),
    ),
  );
  return all.sort((a, b) => a.english.length - b.english.length); // the file's order
}

function pairOf(subject: string, verb: string, object: string, french: string): { english: string; french: string } {
  const says = subject === "he" || subject === "she" ? `${verb}s` : verb;
  return { english: capital(`${subject} ${says} ${object}`), french: capital(french) };
}

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

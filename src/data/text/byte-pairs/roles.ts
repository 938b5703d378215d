/** Special tokens that have a role for a model, by the texts that they have in common vocabularies. */
const ROLES = {
  padding: ["<pad>", "[PAD]", "<|pad|>"],
  unknown: ["<unk>", "[UNK]"],
  begin: ["<bos>", "<s>", "[BOS]", "<|begin_of_text|>", "<|startoftext|>"],
  end: ["<eos>", "</s>", "[EOS]", "<|end_of_text|>", "<|endoftext|>"],
} as const;

/** The ids of the special tokens that have a role. `tokenizer.json` has no place for roles, so that the text tells. */
export function rolesOf(special: readonly string[], ids: ReadonlyMap<string, number>) {
  const idOf = (texts: readonly string[]) => {
    const text = texts.find((each) => special.includes(each));
    return text === undefined ? undefined : ids.get(text);
  };
  const found = Object.entries(ROLES).map(([role, texts]) => [role, idOf(texts)] as const);
  const roles: { [role in keyof typeof ROLES]?: number } = Object.fromEntries(
    found.filter(([, id]) => id !== undefined),
  );
  return roles;
}

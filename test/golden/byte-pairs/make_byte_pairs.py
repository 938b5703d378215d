"""Goldens of byte pairs: what Python's `tokenizers` learns, encodes and decodes. Run: python make_byte_pairs.py (tokenizers 0.23.3).

The lines are made here, by a seeded generator: words that no language has, of letters that many languages have, and
what else a text may hold. Nothing is taken from any text.
"""

import hashlib
import json
import random
import sys
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import ByteLevelBPETokenizer, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

draw = random.Random(16)


def letters(*ranges):
    return [chr(code) for first, last in ranges for code in range(first, last + 1) if unicodedata.category(chr(code))[0] in "LM"]


SCRIPTS = {
    "latin": letters((0x61, 0x7A)),
    "accents": letters((0x61, 0x7A), (0xE0, 0xFF), (0x100, 0x17F)),
    "vietnamese": letters((0x61, 0x7A), (0x1EA0, 0x1EF9)),
    "greek": letters((0x3AC, 0x3CE)),
    "cyrillic": letters((0x430, 0x45F)),
    "arabic": letters((0x621, 0x652)),
    "hebrew": letters((0x5D0, 0x5EA), (0x5B0, 0x5BC)),
    "devanagari": letters((0x905, 0x94D)),
    "thai": letters((0xE01, 0xE4E)),
    "chinese": letters((0x4E00, 0x4F00)),
    "japanese": letters((0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x4E30)),
    "korean": letters((0xAC00, 0xACFF)) + letters((0x1100, 0x1112), (0x1161, 0x1175)),
    "georgian": letters((0x10D0, 0x10FA)),
    "amharic": letters((0x1200, 0x1248)),
    "gothic": letters((0x10330, 0x10340)),
}
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇯🇵🇫🇷", "❤️", "1️⃣", "🧑🏿‍🚀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☃", "🤦🏼‍♂️"]
BLANKS = [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n\n", "\u00a0", "\u0085", "\u2003", "\u3000", "\u2028", "\ufeff", "\u200b", " \n ", "\x0b", "\x0c", "\x1c"]
CODE = ["def f(x):", "\treturn x**2", "if (a && b) {", "}", "  // a note", "x += 1;", "a->b", "0xFF", "i'll", "I'm", "they've", "it's", "we'd", "can't", "you're", "'s", "''", "'re'd", "O'Neill's"]
MATHS = ["∑", "∫", "√2", "≤", "ℝ", "∂x", "α²", "½", "Ⅷ", "x₁", "π≈3.14159", "10⁻³", "𝒜", "𝟛", "①"]
MARKS = ["e\u0301", "a\u0308", "n\u0303", "o\u0302\u0301", "Z\u0351\u036b\u0343", "\u0301", "q\u0307\u0323", "A\u030a", "\u212b", "ﬁ", "\u1e9b\u0323"]
CONTROLS = ["\x00", "\x01", "\x7f", "\x1b[0m", "\ufffd", "\U0010ffff", "\ue000", "\ufffe"]
PUNCTUATION = [",", ".", "!", "?", "...", "—", "«", "»", "“", "”", "、", "。", "؟", "।", "$5", "100%", "#1", "@", "&", "(", ")", "[1]", "\\", "//", "----", "====", "!!!!!"]

words = {name: ["".join(draw.choices(chars[: 3 + 4 * rank] if rank < 20 else chars, k=draw.randint(1, 7))) for rank in range(60)] for name, chars in SCRIPTS.items()}


def word(name):
    return words[name][min(59, int(draw.paretovariate(0.9)) - 1)]


def line():
    kind = draw.random()
    name = draw.choice(list(SCRIPTS))
    if kind < 0.55:
        parts = [word(name) for _ in range(draw.randint(1, 7))]
        text = ("" if name in ("thai", "chinese", "japanese") else " ").join(parts)
        text = text.capitalize() if draw.random() < 0.3 else text.upper() if draw.random() < 0.1 else text
        return text + draw.choice(PUNCTUATION) if draw.random() < 0.5 else text
    pools = [EMOJI, BLANKS, CODE, MATHS, MARKS, CONTROLS, PUNCTUATION, [str(draw.randint(0, 10**6))], [word(draw.choice(list(SCRIPTS)))]]
    return "".join(draw.choice(draw.choice(pools)) + draw.choice(["", "", " "]) for _ in range(draw.randint(1, 8)))


lines = [line() for _ in range(998)] + ["", "a" * 300]
corpus = "\n".join(lines)
SPECIAL = ["<pad>", "<s>", "</s>", "<|endoftext|>", "<|end"]


def bytes_tokenizer(text, **options):
    made = ByteLevelBPETokenizer(unicode_normalizer=options.pop("unicode_normalizer", None))
    made.train_from_iterator([text], show_progress=False, **options)
    return made._tokenizer


def seen_tokenizer(text, **options):
    made = Tokenizer(BPE())
    made.pre_tokenizer, made.decoder = ByteLevel(add_prefix_space=False), ByteLevelDecoder()
    made.train_from_iterator([text], BpeTrainer(show_progress=False, **options))
    return made


def learned(made):
    model = json.loads(made.to_str())["model"]
    return {
        "tokens": [token for token, _ in sorted(made.get_vocab().items(), key=lambda each: each[1])],
        "merges": [" ".join(pair) for pair in model["merges"]],
        "sha256": hashlib.sha256(made.to_str(pretty=True).encode()).hexdigest(),
    }


def coded(made, texts):
    return [made.encode(text).ids for text in texts]


plain = bytes_tokenizer(corpus, vocab_size=1000, min_frequency=2)
assert [plain.decode(ids) for ids in coded(plain, lines)] == lines
some = [[draw.randrange(1000) for _ in range(draw.randint(1, 12))] for _ in range(200)]
bits = [[draw.randrange(256) for _ in range(draw.randint(1, 12))] for _ in range(200)]

composed = bytes_tokenizer(corpus, vocab_size=700, min_frequency=3, special_tokens=SPECIAL, unicode_normalizer="nfc")
assert [composed.decode(ids) for ids in coded(composed, lines)] == [unicodedata.normalize("NFC", text) for text in lines]
inside = ["<s>To be</s>", "a <|endoftext|>\n<|endoftext|>b", "<|end", "<|endoftex", "<|end|>", "<s><s> <pad>x", "e\u0301<s>\u0301e", "<<s>>", "no <S>"]
special_some = [[draw.randrange(700) for _ in range(draw.randint(1, 12))] for _ in range(50)]

repeats = " ".join(draw.choice("ab-=") * draw.randint(1, 40) for _ in range(300)) + " " + " ".join("".join(draw.choices("ab", k=draw.randint(2, 20))) for _ in range(300))
repeated = bytes_tokenizer(repeats, vocab_size=500, min_frequency=0)
repeated_lines = ["".join(draw.choices("ab-=", weights=draw.choices([1, 5, 20], k=4), k=draw.randint(1, 60))) for _ in range(100)]

clashing = bytes_tokenizer(repeats, vocab_size=300, min_frequency=0, special_tokens=["ab", "aa"])

seen = seen_tokenizer(repeats + "\n" + corpus[:2000], vocab_size=300, min_frequency=2, special_tokens=["</s>"])
latin = "\n".join(text for text in lines if text.isascii() and "\x00" not in text)
limited = seen_tokenizer(latin, vocab_size=200, min_frequency=2, limit_alphabet=12)

golden = {
    "about": f"Python {sys.version.split()[0]}, tokenizers {tokenizers.__version__}; see make_byte_pairs.py",
    "lines": lines,
    "plain": {**learned(plain), "ids": coded(plain, lines)},
    "composed": {**learned(composed), "ids": coded(composed, lines)},
    "special": SPECIAL,
    "inside": {"texts": inside, "ids": coded(composed, inside), "decoded": [composed.decode(ids) for ids in coded(composed, inside)]},
    "decoding": [{"ids": ids, "text": plain.decode(ids)} for ids in some + bits],
    "decodingSpecial": [{"ids": ids, "text": composed.decode(ids)} for ids in special_some],
    "repeats": repeats,
    "repeated": {**learned(repeated), "texts": repeated_lines, "ids": coded(repeated, repeated_lines)},
    "clashing": {**learned(clashing), "ids": coded(clashing, repeated_lines)},
    "seen": learned(seen),
    "latin": latin,
    "limited": learned(limited),
}
path = Path(__file__).with_name("byte-pairs.json")
path.write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=True, separators=(',', ':'))}" for key, value in golden.items()) + "\n}\n")
print(path, path.stat().st_size, len(plain.get_vocab()), len(composed.get_vocab()), len(repeated.get_vocab()), len(seen.get_vocab()), len(limited.get_vocab()))

# With the path of tiny Shakespeare it prints what golden.test.ts expects of it.
if len(sys.argv) > 1:
    shakespeare = open(sys.argv[1], encoding="utf8", newline="").read()
    made = bytes_tokenizer(shakespeare, vocab_size=2000, min_frequency=2)
    ids = made.encode(shakespeare).ids
    print(hashlib.sha256(made.to_str(pretty=True).encode()).hexdigest(), len(ids), hashlib.sha256(" ".join(map(str, ids)).encode()).hexdigest())

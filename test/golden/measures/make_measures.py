"""Goldens of the measures of texts: sacreBLEU's BLEU and chrF, rouge-score's ROUGE-L, RapidFuzz's edit distance, jiwer's word
error rate. Run: python make_measures.py (Python 3.11, sacrebleu 2.6.0, rouge-score 0.1.2, rapidfuzz 3.14, jiwer 4.0, regex).

The lines are made here, by a seeded generator: words that no language has, of letters of many scripts, with what else a line
may hold. Nothing is taken from any text. The hypotheses are references with mistakes. Python before 3.12, because its `sum`
adds floats plainly; a newer one compensates, and the last bit of a BLEU differs.
"""

import hashlib
import json
import random
import sys
import unicodedata
from pathlib import Path

import jiwer
import numpy as np
import rapidfuzz
import sacrebleu
from rapidfuzz.distance import Levenshtein
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF

draw = random.Random(17)


def letters(*ranges):
    return [chr(code) for first, last in ranges for code in range(first, last + 1) if unicodedata.category(chr(code))[0] in "LM"]


SCRIPTS = {
    "latin": letters((0x61, 0x7A)),
    "accents": letters((0x61, 0x7A), (0xE0, 0xFF), (0x100, 0x17F)),
    "greek": letters((0x3AC, 0x3CE)),
    "cyrillic": letters((0x430, 0x45F)),
    "hebrew": letters((0x5D0, 0x5EA), (0x5B0, 0x5BC)),
    "arabic": letters((0x621, 0x652)),
    "devanagari": letters((0x905, 0x94D)),
    "cjk": letters((0x4E00, 0x4E40), (0x3041, 0x3060)),
    "korean": letters((0xAC00, 0xAC60)),
    "mixed": letters((0x61, 0x7A), (0x3B1, 0x3C9), (0x10330, 0x10340), (0x300, 0x304)),
}
MARKS = list(".,.,!?;:") + ["...", " - ", "-", "'", "\"", "(", ")", "%", "/", "«", "»", "“", "”", "’", "…", "—", "¿", "&", "+", "=", "$", "€", "°", "_", "~", "`", "{", "]", "^", "|", "*", "#", "@"]
SCRIPT_MARKS = {"arabic": ["،", "؟", "٪", "۔"], "hebrew": ["־", "׳"], "devanagari": ["।", "॥"], "cjk": ["。", "，", "、", "！", "「", "」", "・"], "greek": ["·", ";"]}
NUMBERS = ["7", "2019", "3.14", "1,000", "1.000,50", "10-20", "-5", "5%", "$3", "½", "x²", "٣", "१२", "Ⅷ", "①", "1.", ".5", "2019.", "a1,b", "1,b", "a.1"]
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "❤️", "1️⃣", "☃", "→", "©", "𝒜", "𝟛", "∑", "≤"]
BLANKS = ["  ", "\t", "\u00a0", "\u2003", "\u3000", "\u2028", "\ufeff", "\u200b", "\x0b", "\x1c", "\x1f", "\x85", "\r", "\n", "-\n", "\u180e"]
ODD = ["<skipped>", "&quot;", "&amp;", "&lt;b&gt;", "&amp;lt;", "İstanbul", "ΟΔΟΣ", "ΣΑΣ.", "Σ", "ẞ", "ﬁ", "e\u0301", "É", "ǅ", "\u212a", "I'm", "can't", "O'Neill's", "well-known", "a-b-c", "3-D", "U.S.A.", "e.g.", "http://a.b/c?d=1", "()", "(hi)", "--", "..", "\x00", "\ufffd", "$&", "$1"]


def words_of(script):
    alphabet = SCRIPTS[script]
    words = ["".join(draw.choices(alphabet, k=draw.randint(1, 6))) for _ in range(40)]
    return words + [word.upper() for word in words[:6]] + [word.capitalize() for word in words[6:10]]


def piece(script, words):
    kind = draw.random()
    if kind < 0.80:
        return draw.choice(words)
    if kind < 0.87:
        return draw.choice(NUMBERS)
    if kind < 0.95:
        return draw.choice(words) + draw.choice(MARKS + SCRIPT_MARKS.get(script, []))
    return draw.choice(EMOJI) if kind < 0.975 else draw.choice(ODD)


def join(pieces, script):
    between = "" if script == "cjk" else " "
    text = ""
    for i, one in enumerate(pieces):
        text += (draw.choice(BLANKS) if draw.random() < 0.02 else between if i else "") + one
    return text + (draw.choice(BLANKS) if draw.random() < 0.05 else "")


def mistakes(pieces, script, words, rate):
    pieces = list(pieces)
    for _ in range(sum(draw.random() < rate for _ in pieces)):
        kind = draw.randint(0, 4)
        at = draw.randrange(len(pieces)) if pieces else 0
        if kind == 0 or not pieces:
            pieces.insert(at, piece(script, words))
        elif kind == 1:
            pieces.pop(at)
        elif kind == 2:
            pieces[at] = piece(script, words)
        elif kind == 3:
            pieces[at] = pieces[at].swapcase()
        else:
            other = draw.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
    return pieces


def lines_of(script):
    words = words_of(script)
    for i in range(100):
        pieces = [piece(script, words) for _ in range(draw.randint(1, 9))]
        right = join(pieces, script)
        line = [join(mistakes(pieces, script, words, 0.3), script), right, join(mistakes(pieces, script, words, 0.2), script)]
        if i == 10:
            line[0] = ""
        if i == 20:
            line[1] = ""
        if i == 30:
            line = ["", "", " "]
        if i == 40:
            line[0] = line[1]
        yield line[:2] if i % 3 == 0 else line


lines = {script: list(lines_of(script)) for script in SCRIPTS}
lines["all"] = [line for script in SCRIPTS for line in lines[script]]


def streams(chosen, several):
    hypotheses = [line[0] for line in chosen]
    references = [[line[1] for line in chosen]]
    if several:
        references.append([line[2] if len(line) > 2 else None for line in chosen])
    return hypotheses, references


BLEUS = [{}] + [{"tokenize": name} for name in ["intl", "char", "none"]] + [
    {"lowercase": True},
    {"tokenize": "intl", "lowercase": True, "smooth_method": "floor"},
    {"smooth_method": "floor", "smooth_value": 0.05},
    {"smooth_method": "add-k", "tokenize": "none"},
    {"smooth_method": "add-k", "smooth_value": 2.5},
    {"smooth_method": "none"},
    {"max_ngram_order": 6, "tokenize": "char"},
    {"max_ngram_order": 2, "effective_order": True},
]
CHRFS = [{}, {"word_order": 1}, {"word_order": 2}, {"word_order": 2, "lowercase": True}, {"char_order": 4, "beta": 3}, {"whitespace": True}, {"eps_smoothing": True, "word_order": 2}, {"beta": 1, "word_order": 2}]


def bleu_case(script, options, several):
    metric = BLEU(**options)
    score = metric.corpus_score(*streams(lines[script], several))
    statistics = metric._extract_corpus_statistics(*streams(lines[script], several))
    return {
        "lines": script, "options": options, "several": several, "score": score.score, "precisions": score.precisions, "bp": score.bp,
        "text": str(score), "signature": str(metric.get_signature()), "sums": [int(s) for s in np.sum(statistics, axis=0)],
        "statistics": sha(json.dumps(statistics, separators=(",", ":"))),
    }


def chrf_case(script, options, several):
    metric = CHRF(**options)
    score = metric.corpus_score(*streams(lines[script], several))
    statistics = metric._extract_corpus_statistics(*streams(lines[script], several))
    return {
        "lines": script, "options": options, "several": several, "score": score.score, "text": str(score), "signature": str(metric.get_signature()),
        "statistics": sha(json.dumps(statistics, separators=(",", ":"))),
    }


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def sentences(chosen):
    """Scores of single lines, for each smoothing; several references where there are some."""
    for line in chosen:
        bleus = [BLEU(effective_order=True, smooth_method=method, tokenize=name).sentence_score(line[0], line[1:]).score for method, name in [("exp", "13a"), ("floor", "intl"), ("add-k", "13a"), ("none", "char")]]
        yield bleus + [CHRF(word_order=2).sentence_score(line[0], line[1:]).score]


def resampled():
    """Scores of samples of 100 lines, computed from whole numbers: with numpy's float32 sacreBLEU rounds them."""
    chosen = lines["accents"]
    rng = np.random.default_rng(17)
    indices = rng.choice(len(chosen), size=(8, len(chosen)))
    scores = {}
    for name, metric in {"bleu": BLEU(tokenize="intl"), "chrF": CHRF(word_order=2)}.items():
        rows = np.array(metric._extract_corpus_statistics(*streams(chosen, False)))
        scores[name] = [metric._compute_score_from_stats([int(value) for value in rows[sample].sum(0)]).score for sample in indices]
    return {"lines": "accents", "indices": indices.tolist(), **scores}


def rouge_case(script, several):
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    scores = [scorer.score_multi(line[1:] if several else line[1:2], line[0])["rougeL"] for line in lines[script]]
    return {
        "lines": script, "several": several, "values": [score.fmeasure for score in scores],
        "precision": sum(score.precision for score in scores) / len(scores), "recall": sum(score.recall for score in scores) / len(scores),
    }


def distances(script):
    pairs = [(line[0], line[1]) for line in lines[script]]
    words = [(a.split(), b.split()) for a, b in pairs]
    clean = [(" ".join(a), " ".join(b)) for a, b in words if b]
    return {
        "lines": script,
        "characters": [Levenshtein.distance(a, b) for a, b in pairs],
        "words": [Levenshtein.distance(a, b) for a, b in words],
        "normalized": [round(Levenshtein.normalized_distance(a, b), 12) for a, b in pairs],
        "wordErrorRate": jiwer.wer([b for _, b in clean], [a for a, _ in clean]),
        "characterErrorRate": jiwer.cer([b for _, b in clean], [a for a, _ in clean]),
    }


def ranges(pattern):
    import regex

    match = regex.compile(pattern).match
    codes = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF and match(chr(code))]
    found = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


GROUPS = list(SCRIPTS) + ["all"]
golden = {
    "versions": {"sacrebleu": sacrebleu.__version__, "rapidfuzz": rapidfuzz.__version__, "python": sys.version.split()[0], "unicode": unicodedata.unidata_version},
    "lines": {script: lines[script] for script in SCRIPTS},
    "bleu": [bleu_case("all", options, several) for options in BLEUS for several in (False, True)] + [bleu_case(script, options, True) for script in SCRIPTS for options in BLEUS[:3]],
    "chrF": [chrf_case("all", options, several) for options in CHRFS for several in (False, True)] + [chrf_case(script, {"word_order": 2}, True) for script in SCRIPTS],
    "sentences": {script: list(sentences(lines[script])) for script in ["accents", "mixed"]},
    "resampled": resampled(),
    "rouge": [rouge_case(script, several) for script, several in [("latin", False), ("accents", True), ("cjk", False)]],
    "distances": [distances(script) for script in ["accents", "arabic", "mixed"]],
    "classes": {name: ranges(rf"\p{{{name}}}") for name in "PSN"},
}
path = Path(__file__).parent / "measures.json"
path.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")).replace('},{', '},\n{') + "\n", encoding="utf8")
print(path.stat().st_size, {key: len(json.dumps(value, ensure_ascii=False).encode()) for key, value in golden.items()})

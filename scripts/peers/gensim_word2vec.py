"""Trains word vectors with gensim, and prints what it took as one line of JSON.

Usage: python gensim_word2vec.py SENTENCES.txt '{"vectorSize": 100, "epochs": 5, ...}' [VECTORS.bin]

SENTENCES.txt has one sentence a line, its words between spaces. The settings have the names of `trainWordVectors`.
VECTORS.bin gets the vectors in word2vec's binary format.
"""
import json
import sys
import time

import gensim
from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence

NAMES = {
    "vectorSize": "vector_size",
    "window": "window",
    "shrinkWindow": "shrink_windows",
    "minCount": "min_count",
    "negative": "negative",
    "nsExponent": "ns_exponent",
    "sample": "sample",
    "learningRate": "alpha",
    "minLearningRate": "min_alpha",
    "seed": "seed",
    "workers": "workers",
}


def main(path, settings, output=None):
    epochs = settings.pop("epochs")
    is_skip_gram = settings.pop("model") == "skip-gram"
    model = Word2Vec(sg=int(is_skip_gram), **{NAMES[name]: value for name, value in settings.items()})
    sentences = list(LineSentence(path))  # it cuts long lines, which Word2Vec would shorten
    words = sum(len(sentence) for sentence in sentences)
    model.build_vocab(sentences)
    begin = time.perf_counter()
    model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
    seconds = time.perf_counter() - begin
    if output:
        model.wv.save_word2vec_format(output, binary=True)
    told = {"wordsPerSecond": words * epochs / seconds, "seconds": seconds, "words": words}
    print(json.dumps({**told, "vocabularySize": len(model.wv), "version": gensim.__version__}))


main(sys.argv[1], json.loads(sys.argv[2]), *sys.argv[3:])

"""
Numbers of TensorFlow Addons 0.23 (TensorFlow 2.15) for src/seq2seq/decoders: BasicDecoder with a greedy and a training sampler, and
BeamSearchDecoder with and without attention and penalties. Run from this folder:

    pip install tensorflow==2.15.1 tensorflow-addons==0.23.0 "typeguard<3"
    python make_decoders.py > decoders.json

The cell is written here: state' = tanh([x, state]·W + b), output = state'. The attended cell keeps what the search reads in an
AttentionWrapperState, whose alignments are softmax(state'·K·memoryᵀ).
"""
import json, os, warnings
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")
import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa

BATCH, UNITS, EMBED, VOCAB, PLACES = 3, 5, 4, 7, 6
BEGIN, END = 1, 2
rng = np.random.default_rng(42)
draw = lambda *shape, scale=1.0: (rng.normal(size=shape) * scale).astype(np.float32)

kernel, bias = draw(EMBED + UNITS, UNITS, scale=0.8), draw(UNITS, scale=0.3)
embeddings = draw(VOCAB, EMBED, scale=1.5)
head, head_bias = draw(UNITS, VOCAB, scale=1.2), draw(VOCAB, scale=0.4)
head_bias[END] -= 0.5
initial = draw(BATCH, UNITS)
memory, query = draw(BATCH, PLACES, UNITS), draw(UNITS, UNITS)
lengths = np.array([6, 3, 5], np.int32)


class Cell(tf.keras.layers.Layer):
    state_size = UNITS
    output_size = UNITS

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        raise NotImplementedError

    def call(self, inputs, state, training=None):
        new = tf.tanh(tf.concat([inputs, state], 1) @ kernel + bias)
        return new, new


class AttendedCell(tf.keras.layers.Layer):
    """A cell whose state is an AttentionWrapperState, as the search expects it, for a tiled memory."""

    output_size = UNITS

    def __init__(self, tiled, mask):
        super().__init__()
        self.tiled, self.mask = tiled, mask

    @property
    def state_size(self):
        return tfa.seq2seq.AttentionWrapperState(
            cell_state=UNITS, attention=UNITS, alignments=PLACES, alignment_history=(), attention_state=PLACES)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        raise NotImplementedError

    def call(self, inputs, state, training=None):
        new = tf.tanh(tf.concat([inputs, state.cell_state], 1) @ kernel + bias)
        scores = tf.einsum("bu,bpu->bp", new @ query, self.tiled)
        alignments = tf.nn.softmax(tf.where(self.mask, scores, -np.inf))
        context = tf.einsum("bp,bpu->bu", alignments, self.tiled)
        return new + context, tfa.seq2seq.AttentionWrapperState(
            cell_state=new, attention=context, alignments=alignments, alignment_history=(), attention_state=alignments)


dense = tf.keras.layers.Dense(VOCAB, weights=None)
dense.build((None, UNITS))
dense.set_weights([head, head_bias])
lists = lambda x: np.asarray(x).tolist()
out = {"sizes": {"batch": BATCH, "units": UNITS, "embed": EMBED, "vocabulary": VOCAB, "places": PLACES, "begin": BEGIN, "end": END},
       "weights": {"kernel": lists(kernel), "bias": lists(bias), "embeddings": lists(embeddings), "head": lists(head),
                   "headBias": lists(head_bias), "initial": lists(initial), "memory": lists(memory), "query": lists(query),
                   "lengths": lists(lengths)},
       "greedy": [], "training": [], "beams": []}

for impute in (False, True):
    decoder = tfa.seq2seq.BasicDecoder(Cell(), tfa.seq2seq.GreedyEmbeddingSampler(), dense, maximum_iterations=8, impute_finished=impute)
    outputs, state, n = decoder(embeddings, start_tokens=[BEGIN] * BATCH, end_token=END, initial_state=tf.constant(initial))
    out["greedy"].append({"imputeFinished": impute, "rnnOutput": lists(outputs.rnn_output), "sampleIds": lists(outputs.sample_id),
                          "finalState": lists(state), "lengths": lists(n)})

inputs = draw(BATCH, 5, EMBED)
for sequence_length in ([5, 3, 1], [2, 0, 4]):
    decoder = tfa.seq2seq.BasicDecoder(Cell(), tfa.seq2seq.TrainingSampler(), dense, impute_finished=True)
    outputs, state, n = decoder(inputs, sequence_length=sequence_length, initial_state=tf.constant(initial))
    out["training"].append({"inputs": lists(inputs), "sequenceLength": sequence_length, "rnnOutput": lists(outputs.rnn_output),
                            "sampleIds": lists(outputs.sample_id), "finalState": lists(state), "lengths": lists(n)})


def beam(width, attends, length_penalty, coverage_penalty, steps):
    tile = lambda x: tfa.seq2seq.tile_batch(tf.constant(x), width)
    if attends:
        mask = tf.sequence_mask(tile(lengths), PLACES)
        cell = AttendedCell(tile(memory), mask)
        zeros = lambda n: tf.zeros([BATCH * width, n])
        state = tfa.seq2seq.AttentionWrapperState(cell_state=tile(initial), attention=zeros(UNITS), alignments=zeros(PLACES),
                                                  alignment_history=(), attention_state=zeros(PLACES))
    else:
        cell, state = Cell(), tile(initial)
    decoder = tfa.seq2seq.BeamSearchDecoder(cell, width, output_layer=dense, length_penalty_weight=length_penalty,
                                            coverage_penalty_weight=coverage_penalty, maximum_iterations=steps)
    outputs, final, n = decoder(embeddings, start_tokens=[BEGIN] * BATCH, end_token=END, initial_state=state)
    steps_of = outputs.beam_search_decoder_output
    out["beams"].append({"beamWidth": width, "attends": attends, "lengthPenaltyWeight": length_penalty,
                         "coveragePenaltyWeight": coverage_penalty, "maximumIterations": steps,
                         "hypotheses": lists(outputs.predicted_ids), "scores": lists(steps_of.scores),
                         "predictedIds": lists(steps_of.predicted_ids), "parentIds": lists(steps_of.parent_ids),
                         "logProbs": lists(final.log_probs), "lengths": lists(final.lengths),
                         "finished": lists(final.finished)})


for width, attends, length_penalty, coverage_penalty, steps in [
        (1, False, 0.0, 0.0, 8), (2, False, 0.0, 0.0, 8), (4, False, 0.0, 0.0, 12), (4, False, 0.6, 0.0, 12), (4, False, 1.0, 0.0, 4),
        (3, True, 0.0, 0.0, 10), (4, True, 0.0, 0.3, 10), (4, True, 0.8, 0.2, 10), (6, True, 1.0, 1.0, 5)]:
    beam(width, attends, length_penalty, coverage_penalty, steps)
print(json.dumps(out))

// A call of every public function and class that takes options, with good other arguments.
import * as compile from "../../src/compile";
import * as data from "../../src/data";
import * as notebook from "../../src/notebook";
import * as plot from "../../src/plot";
import * as rnn from "../../src/rnn";
import * as seq2seq from "../../src/seq2seq";
import * as tf from "../../src/tf";
import * as train from "../../src/train";

/** Any value goes in: that is what these calls are for. */
// biome-ignore lint/suspicious/noExplicitAny: the types refuse what is to be tried
type Any = any;
type Call = (options: unknown) => unknown;

const all = { ...compile, ...data, ...notebook, ...plot, ...rnn, ...seq2seq, ...train } as Any;

/** A call of `name` with these arguments, then the options. */
const calls = (name: string, given: () => readonly unknown[] = () => []): [string, Call] => [
  name,
  (options) => all[name](...given(), options),
];
/** `new name(…)`, likewise. */
const makes = (name: string, given: () => readonly unknown[] = () => []): [string, Call] => [
  name,
  (options) => new all[name](...given(), options),
];

const cell = () => new rnn.GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
const lstm = () => new rnn.LSTMCell({ inputSize: 2, numUnits: 3, seed: 1 });
const x = () => tf.zeros([1, 2, 2]);
const head = () => new rnn.Dense({ inputSize: 3, outputSize: 2, seed: 1 });
const call = (input: tf.Tensor3D) => rnn.dynamicRnn(cell(), input)[1];
const model = () => ({ variables: cell().variables, call });
const array = (shape: number[]) => data.numericArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
const examples = () => ({ x: array([4, 2, 2]), y: array([4, 3]) });
const words = () => data.wordTokenizer("a b c", { begin: true, end: true });
const vectors = () => ({ words: ["a", "b"], vectors: data.numericArray(Float32Array.of(1, 0, 0, 1), [2, 2]) });
const corpus = () => [[1, 2, 3]];
const digits = () => data.drawnDigits({ count: 2 });
const scores = () => [array([4, 3]), { data: Int32Array.of(0, 1, 2, 0), shape: [4] }];
const chords = () => ({ data: Int32Array.from({ length: 16 }, () => 60), shape: [4, 4] });
const profiled = { ops: [], byOp: [], bySource: [], runs: 0, elapsed: 0 };
const series = () => ({ a: [1, 2], b: [2, 1] });

export const CALLS: Readonly<Record<string, Call>> = Object.fromEntries([
  // rnn
  ...[
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Ftrl",
    "GradientDescent",
    "LazyAdam",
    "Momentum",
    "MomentumW",
    "Nadam",
  ].map((name) => makes(`${name}Optimizer`)),
  makes("RMSPropOptimizer"),
  calls("functionOptimizer", () => ["Own", { update: ({ weight }: Any) => ({ weight }) }]),
  ...["BasicLSTMCell", "BasicRNNCell", "ConvLSTMCell", "GRUCell", "LSTMCell"].map((name) => makes(name)),
  ...["LayerNormBasicLSTMCell", "ResetAfterGRUCell"].map((name) => makes(name)),
  ...["BatchNorm", "Conv1D", "Conv2D", "Dense", "Embedding", "LayerNorm"].map((name) => makes(name)),
  ...["DropoutWrapper", "EmbeddingWrapper", "ZoneoutWrapper", "TrainableState"].map((name) =>
    makes(name, () => [cell()]),
  ),
  ...["InputProjectionWrapper", "OutputProjectionWrapper"].map((name) => makes(name, () => [cell(), 3])),
  calls("functionCell"),
  calls("dropout", () => [x(), undefined]),
  calls("dynamicRnn", () => [cell(), x()]),
  calls("staticRnn", () => [cell(), [tf.zeros([1, 2])]]),
  calls("bidirectionalDynamicRnn", () => [cell(), cell(), x()]),
  calls("staticBidirectionalRnn", () => [cell(), cell(), [tf.zeros([1, 2])]]),
  calls("stackBidirectionalDynamicRnn", () => [[cell()], [cell()], x()]),
  calls("rawRnn", () => [cell(), () => undefined]),
  calls("poolOverTime", () => [x(), "max"]),
  calls("lstmGates", () => [lstm(), x()]),
  calls("gruGates", () => [cell(), x()]),
  calls("lstmStep", () => [[0, 1, 2, 3].map(() => tf.zeros([1, 2])), { c: tf.zeros([1, 2]) }]),
  calls("varianceScaling"),
  calls("cudnnRNNParamsToCanonical", () => [{ data: new Float32Array(2), shape: [2] }]),
  calls("fromKeras", () => [cell(), {}]),
  calls("fromPyTorch", () => [cell(), {}]),
  calls("fromTensorFlow", () => [cell(), {}]),
  calls("huberLoss", () => [tf.zeros([2]), tf.zeros([2])]),
  calls("sigmoidCrossEntropy", () => [tf.zeros([2, 2]), tf.zeros([2, 2])]),
  calls("softmaxCrossEntropy", () => [tf.zeros([2, 2]), tf.zeros([2, 2])]),
  calls("sparseSoftmaxCrossEntropy", () => [tf.tensor1d([0, 1], "int32"), tf.zeros([2, 2])]),
  ...["logUniformCandidateSampler", "uniformCandidateSampler", "fixedUnigramCandidateSampler"].map((name) =>
    calls(name),
  ),
  ...["nceLoss", "sampledSoftmaxLoss", "negativeSamplingLoss"].map((name) => calls(name)),
  // compile
  ...["compile", "trainStep"].map((name) => calls(name, () => [(a: tf.Tensor) => a])),
  calls("trainStepOnRows", () => [[x()], (a: tf.Tensor) => a]),
  calls("inferenceGraph", () => [() => ({})]),
  calls("graphOf", () => [(a: tf.Tensor) => a, [x()]]),
  calls("stream", () => [(_: Any, a: tf.Tensor) => a]),
  calls("scan", () => [() => ({ results: [], states: [] }), [x()], []]),
  calls("whileLoop", () => [() => tf.scalar(true), (a: Any) => a, [x()]]),
  calls("profileTable", () => [profiled]),
  // train
  ...["fit", "evaluate"].map((name) => calls(name, () => [model(), examples()])),
  calls("predict", () => [model(), { x: array([4, 2, 2]) }]),
  ...["confusionMatrix", "perClassAccuracy"].map((name) => calls(name, () => [model(), examples()])),
  ...["modelOf", "statefulModelOf"].map((name) => calls(name, () => [{ cell: cell() }, call])),
  ...["exportGraphModel", "exportSavedModel"].map((name) => calls(name, () => [model(), "/nowhere/model"])),
  ...["EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"].map((name) => makes(name)),
  ...["CSVLogger", "TensorBoard"].map((name) => makes(name, () => ["/nowhere/logs"])),
  ...["huberError", "crossEntropyWith", "binaryCrossEntropyWith"].map((name) => calls(name)),
  ...["precision", "recall", "f1Score", "perClassScores", "balancedAccuracy", "matthewsCorrelation"].map((name) =>
    calls(name, scores),
  ),
  ...["averagePrecision", "rocAuc", "topKAccuracy"].map((name) => calls(name, scores)),
  ...["r2Score", "meanPinballLoss"].map((name) => calls(name, () => [array([4]), array([4])])),
  calls("pairedBootstrap", () => [
    [1, 2],
    [2, 1],
  ]),
  calls("continueSeries", () => [model(), array([1, 2, 2]), 1]),
  calls("leastSquares", () => [examples()]),
  calls("trainWordVectors", () => [[["a", "b"]]]),
  calls("generate", () => [model(), words()]),
  calls("measureText", () => [model(), words(), "a b"]),
  calls("nextTokenProbabilities", () => [[1, 2]]),
  // seq2seq
  makes("AttentionWrapper", () => [cell(), new seq2seq.LuongAttention({ numUnits: 3, memorySize: 3 })]),
  ...["BahdanauAttention", "BahdanauMonotonicAttention", "LocationSensitiveAttention"].map((name) => makes(name)),
  ...["LuongAttention", "LuongMonotonicAttention", "DenseBridge", "TrainingSampler"].map((name) => makes(name)),
  ...["GreedyEmbeddingSampler", "SampleEmbeddingSampler", "ScheduledEmbeddingTrainingSampler"].map((name) =>
    makes(name),
  ),
  makes("BeamSearchDecoder", () => [cell()]),
  calls("dynamicDecode", () => [{ step: () => 0, initialize: () => 0 }]),
  calls("alignmentHistory", () => {
    const mechanism = new seq2seq.LuongAttention({ numUnits: 3, memorySize: 3 });
    const attended = new seq2seq.AttentionWrapper(new rnn.GRUCell({ inputSize: 5, numUnits: 3 }), mechanism);
    return [attended.attend(tf.zeros([1, 2, 3])), x()];
  }),
  calls("gatherTree", () => [tf.zeros([1, 1, 1], "int32"), tf.zeros([1, 1, 1], "int32")]),
  calls("safeCumprod", () => [tf.zeros([1, 2])]),
  ...["bleu", "chrF", "rougeL", "editDistance", "wordErrorRate"].map((name) => calls(name, () => [["a"], ["a"]])),
  calls("sentenceBleu", () => ["a", "a"]),
  calls("decode", () => [{}, [[1]]]),
  calls("translate", () => [{}, { source: words(), target: words() }, ["a"]]),
  calls("exportTranslator", () => [{}, { source: words(), target: words() }, "/nowhere/page"]),
  calls("seq2seqData", () => [[[1]], [[1]]]),
  calls("seq2seqModelOf", () => [{ cell: cell(), head: head() }]),
  calls("sequenceLoss", () => [tf.zeros([1, 1, 2]), tf.zeros([1, 1], "int32"), tf.zeros([1, 1])]),
  // data
  calls("batches", () => [examples()]),
  ...["latestCheckpoint", "bestCheckpoint"].map((name) => calls(name, () => ["/nowhere"])),
  calls("writeCheckpoint", () => ["/nowhere", { number: 1, tensors: {}, state: {} }]),
  calls("markBest", () => ["/nowhere"]),
  ...["bytePairTokenizer", "characterTokenizer", "wordTokenizer"].map((name) => calls(name, () => ["a b"])),
  calls("loadTokenizer", () => ["/nowhere/tokenizer.json"]),
  ...["skipGramPairs", "cbowWindows"].map((name) => calls(name, () => [corpus()])),
  ...["digitStrips", "movingDigits"].map((name) => calls(name, () => [digits()])),
  ...["drawnDigits", "radarHours", "reberExamples", "spikeTrains", "loadRain"].map((name) => calls(name)),
  ...["loadChorales", "loadEnglishFrench", "loadMinTemperatures", "loadMnist", "loadSentencePolarity"].map((name) =>
    calls(name),
  ),
  ...["loadShakespeare", "loadStockDays", "loadWordAnalogies", "loadWordCorpus"].map((name) => calls(name)),
  calls("loadWordSimilarity", () => ["wordsim353"]),
  calls("timeSeriesWindows", () => [[0]]),
  calls("randomTimeSeriesWindows", () => [1]),
  calls("slidingWindows", () => [array([9, 2])]),
  calls("streams", () => [array([9, 2])]),
  calls("readCsv", () => [new TextEncoder().encode("a\n1\n"), "a.csv"]),
  calls("csvNumbers", () => [{ a: ["1"] }, ["a"], "a.csv"]),
  calls("padSequences", () => [[array([2, 2])]]),
  calls("spectrum", () => [[1, 2, 3, 4]]),
  calls("marshallPalmer", () => [data.radarHours({ count: 1 })[0]]),
  calls("readMidi", () => [data.writeMidi(chords() as Any), "a.mid"]),
  calls("writeMidi", () => [chords()]),
  calls("synthesize", () => [chords()]),
  calls("readSentencePairs", () => [new TextEncoder().encode("a\tb\n"), "a.txt"]),
  calls("splitPairs", () => [[{ source: "a", target: "b" }]]),
  calls("textLines", () => ["/nowhere/a.txt"]),
  calls("loadKerasWeights", () => ["/nowhere/model.keras"]),
  calls("loadTensorFlowCheckpoint", () => ["/nowhere/model.ckpt"]),
  calls("loadSafetensors", () => ["/nowhere/a.safetensors"]),
  calls("readSafetensors", () => [data.writeSafetensors({ a: array([1]) }), "a.safetensors"]),
  calls("writeSafetensors", () => [{ a: array([1]) }, {}]),
  calls("saveSafetensors", () => ["/nowhere/a.safetensors", { a: array([1]) }, {}]),
  calls("textWindows", () => [Int32Array.of(1, 2, 3)]),
  calls("tokenFile", () => ["/nowhere/a.txt", words()]),
  ...["loadWord2VecFormat"].map((name) => calls(name, () => ["/nowhere/a.txt"])),
  calls("saveWord2VecFormat", () => ["/nowhere/a.txt", vectors()]),
  calls("mostSimilar", () => [vectors(), "a"]),
  calls("analogy", () => [vectors(), "a", "b", "a"]),
  calls("analogyAccuracy", () => [vectors(), []]),
  calls("wordSimilarityScore", () => [vectors(), []]),
  // plot
  calls("alignmentHeatmap", () => [array([1, 1])]),
  calls("colouredText", () => [[{ text: "a", value: 1 }]]),
  calls("confusionHeatmap", () => [array([2, 2])]),
  calls("graphDiagram", () => [[{ name: "a", op: "Add", inputs: [] }]]),
  calls("heatmapsOverTime", () => [{ h: array([2, 2]) }]),
  calls("histogram", () => [series()]),
  calls("profileBars", () => [profiled]),
  calls("imageGrid", () => [array([1, 2, 2])]),
  calls("learningCurve", () => [{ epochs: [{ epoch: 0, loss: 1 }] }]),
  ...["learningCurves", "lineChart"].map((name) => calls(name, () => [series()])),
  calls("letterChart", () => [{ a: { text: "ab", y: [1, 2] } }]),
  calls("pianoRoll", () => [chords()]),
  calls("unrolledDiagram"),
  calls("wordMap", () => [[{ word: "a", x: 0, y: 0 }]]),
  // notebook
  calls("audio", () => [new Uint8Array(44)]),
  calls("check", () => [{ a: { value: 1, atLeast: 0 } }]),
  calls("inFreshProcess", () => [() => 1, undefined]),
  calls("liveText"),
  calls("notebookProgress"),
  calls("runPeer", () => ["gensim", [], {}]),
  calls("showTable", () => [[{ a: 1 }]]),
  calls("timings", () => [{ a: () => 1 }]),
]);

import { WAY_NAMES } from "./decode/ways.mts";
import { NETWORK_NAMES } from "./infer/networks.mts";
import { SECONDS } from "./measure.mts";
import { LEAST_TURNS } from "./modes/builds.mts";
import { PROFILES } from "./modes/profiles.mts";
import { PEERS, PYTHON } from "./peers.mts";
import { MOST } from "./python/check-losses.mts";
import { environmentOf, type PythonPeer } from "./python/ways.mts";
import { LEAST_RATIO } from "./report/comparison.mts";
import { COLUMNS } from "./report/readme-table.mts";
import { INFERENCE } from "./workloads/workload.mts";

const WHAT: Readonly<Record<PythonPeer, string>> = {
  torch: "PyTorch, eager, with the fused Adam",
  "torch-compile": "loss and Adam by torch.compile; its own counters say what it did not compile: nn.RNN, LSTM, GRU",
  jax: "jax.jit, lax.scan over time",
  "jax-0.4.31": "the same, before the CPU runtime that slowed small models",
  tf1: "TensorFlow 2.15's graph and session, dynamic_rnn",
  keras: "Keras 2.15, train_on_batch, with jit_compile and without",
  "keras3-tensorflow": "Keras 3 on TensorFlow, with jit_compile and without",
  "keras3-jax": "Keras 3 on JAX, which it compiles",
  "keras3-torch": "Keras 3 on PyTorch, with jit_compile and without",
};

const PYTHON_LINES = PYTHON.map((peer) => `  ${peer.padEnd(20)} ${environmentOf(peer).padEnd(11)} ${WHAT[peer]}`).join(
  "\n",
);

export const HELP = `npm run bench [-- flags]: how long one training step takes here, beside other libraries on the same machine.

A step is forward, backpropagation through time, Adam's update, and the loss read back. Each figure comes from a process
of its own with a clean environment, one at a time; leave the machine alone meanwhile. The workloads are those of
../shared/peers/workloads.json. Peers: unroll (a compiled step), unroll-eager, tfjs-layers; with --peers those of these
Python peers that are installed in DIR, each in an environment DIR/NAME:

${PYTHON_LINES}

A Python peer trains from our first weights on our batch, and its losses of three steps must be ours, or it is refused: a
difference of over ${MOST} of the loss. (PyTorch's and Keras's GRU, and their second bias, have losses of ours with which to
compare.) The first round tries each way to run a peer, all cores and one thread, and the fastest one counts. Inference
has PyTorch and ONNX Runtime beside ours.

  npm run bench -- --only-peers unroll                  our own step, about 4 s a workload
  npm run peers -- torch jax jax-0.4.31 tf keras3       installs the Python peers in .peers, once
  npm run bench -- --peers .peers --rounds 3            everything that is installed, three times in turn
  npm run bench -- --inference --peers .peers --rounds 3    small networks for one example, about 1 minute a round
  npm run bench -- --fit --workloads mnist_rnn --rounds 5    fit's speed, in five processes, about 20 s each
  npm run peers -- torch onnxruntime                    installs the peers of --decode in .peers, once
  npm run bench -- --decode --rounds 5                  sentences a second of a translator, about 25 s a round
  npm run bench -- --profile char_lstm                  where does the time of a step go?
  npm run bench -- --verify                             are compiled and eager steps the same? no timing
  npm run bench -- --against ../before                  did a change make steps slower? about 80 s a workload

  --peers DIR          run the Python peers of DIR too; a line names those that are not there
  --only-peers A,B     these peers only: ${PEERS.join(", ")}
  --workloads A,B      these workloads only
  --rounds N           measure the whole table N times, the peers in turn; shows the median of medians. Default: 1
  --seconds S          how long steps are timed for, at least 12 steps, 20 s at most. Default: ${SECONDS}
  --shards N           into how many parts unroll cuts a batch. Default: one a core
  --against DIR        the compiled step of another clone's build (DIR/dist) beside this one's: --rounds turns of two new
                       processes, measured in turn, block by block. Default: ${LEAST_TURNS} turns, the least. Shows old time / new
                       time, the median over the turns, and its 90 % interval; ends with 1 where a whole interval lies
                       below ${LEAST_RATIO}
  --inference          an LSTM of 128 units on 64 inputs, batch 1: 100 time steps in a call, and one (${INFERENCE.join(", ")}).
                       With --peers and without --only-peers: networks for one example (${NETWORK_NAMES.join(", ")}),
                       beside torch and onnxruntime of DIR on one thread, from the same weights: in turn, block by block. Ends with
                       1 where their outputs differ from ours
  --fit                what fit, with its bar, and its guard cost beside a bare compiled step: in turn, block by block
  --decode             a translator's greedy search and beam search of width 4, one sentence at a time and 64 at once
                       (${WAY_NAMES.join(", ")}), beside torch and onnxruntime in DIR of --peers (Default: .peers) with the loop in
                       Python, from the same weights: in turn, block by block. Ends with 1 where their tokens differ from ours
  --profile WORKLOAD   where the time of one compiled step goes, by operation and by cell or layer; a trace for
                       ui.perfetto.dev goes into ${PROFILES}
  --verify             50 steps compiled and eager from the same seeds; ends with 1 when a loss differs by over 1e-4 of it
  --json               a JSON line for each peer and workload, in the last round, one with machine, day and versions, and nothing
                       else (npm run -s bench -- --json)
  --table FILE         measures nothing: writes README's table of what --json printed into FILE. Its columns are ${COLUMNS.join(", ")};
                       --only-peers names others
  --help               this text

In the tables: "of best" is unroll's time over the best Python peer's, "of layers" over tfjs-layers', below 1 is faster;
"floor" is what the step's matrix products alone take at the speed of a large product on all cores; "first step" captures,
builds, optimises and runs; memory is a process's peak. Ends with 1 when something failed, 2 for a wrong flag.`;

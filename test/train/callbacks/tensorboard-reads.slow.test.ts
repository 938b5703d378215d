// What TensorBoard's own code reads of the graphs and the projector's files; where TensorBoard is in .venv.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, venvPython } from "../../../scripts/setup/paths.mjs";
import { graphOf } from "../../../src/compile";
import { saveProjector } from "../../../src/data";
import { BasicRNNCell, dynamicRnn, namedWeights } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { all } from "../../data/vectors/support";
import { classifier, quick, sequences, temporaryFolder } from "../support";

const python = venvPython(ROOT, process.platform);
const isThere = existsSync(python) && spawnSync(python, ["-c", "import tensorboard"]).status === 0;

/** Runs a program of Python with one argument. @returns what it printed, as JSON */
function read<Result>(program: string, folder: string): Result {
  const { stdout, stderr, status } = spawnSync(python, ["-c", program, folder], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}

const GRAPH = `
import json, sys
from tensorboard.backend import process_graph
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
graph = EventAccumulator(sys.argv[1]).Reload().Graph()
process_graph.prepare_graph_for_ui(graph, 1024, "_too_large_attrs")
print(json.dumps([[node.name, node.op, list(node.input)] for node in graph.node]))
`;

test.runIf(isThere && tf.engineInUse.name === "tensorflow")(
  "TensorBoard reads the graphs of writeGraph and of TensorBoard(folder, { graph: true })",
  async () => {
    await tf.ready();
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 5 });
    const loop = (x: tf.Tensor3D) => dynamicRnn(cell, x, { swapMemory: true })[1];
    const graph = graphOf(loop, [tf.zeros<tf.Rank.R3>([4, 9, 3])], { variables: namedWeights(cell) });
    const folder = temporaryFolder();
    train.writeGraph(folder, graph);
    expect(read(GRAPH, folder)).toEqual(graph.nodes.map(({ name, op, inputs }) => [name, op, inputs]));
    const run = temporaryFolder();
    const callbacks = [new train.TensorBoard(run, { graph: true })];
    await train.fit(classifier(), sequences(), quick({ compiled: true, callbacks }));
    const names = read<[string, string, string[]][]>(GRAPH, join(run, "train")).map(([name]) => name);
    expect(names.filter((name) => name.endsWith("kernel"))).not.toEqual([]);
    expect(names.filter((name) => name.startsWith("update"))).not.toEqual([]);
  },
);

const PROJECTOR = `
import base64, json, sys
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins import base_plugin
from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
from werkzeug import test, wrappers
folder = sys.argv[1]
multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(folder).Reload()
provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
plugin = ProjectorPlugin(base_plugin.TBContext(logdir=folder, data_provider=provider, multiplexer=multiplexer))
apps = plugin.get_plugin_apps()
def get(route, **query):
    return test.Client(apps[route], wrappers.Response).get(route, query_string=query).get_data()
run = json.loads(get("/runs"))[0]
read = {}
for embedding in json.loads(get("/info", run=run))["embeddings"]:
    name = embedding["tensorName"]
    words = get("/metadata", run=run, name=name).decode()
    values = base64.b64encode(get("/tensor", run=run, name=name)).decode()
    read[name] = {"shape": embedding["tensorShape"], "lines": words.rstrip("\\n").split("\\n"), "values": values}
print(json.dumps(read))
`;

test.runIf(isThere)(
  "TensorBoard's projector reads the files of saveProjector: words, and every bit of the vectors",
  async () => {
    const folder = temporaryFolder();
    const count = all.words.map((_, i) => i);
    await saveProjector(folder, { plain: all, counted: { ...all, columns: { count } } });
    type Read = Record<string, { shape: number[]; lines: string[]; values: string }>;
    const { plain, counted } = read<Read>(PROJECTOR, folder);
    const bytes = Buffer.from(Float32Array.from(all.vectors.data).buffer).toString("base64");
    expect(plain).toEqual({ shape: all.vectors.shape, lines: all.words, values: bytes });
    expect(counted?.lines.slice(0, 3)).toEqual(["word\tcount", "the\t0", "The\t1"]);
    expect(counted?.values).toBe(bytes);
  },
);

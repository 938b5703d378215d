import { decodeIds, encodeText } from "../../../data/internal";
import { search } from "./search";

/** The page's own script. Its functions are those above, as text. */
export const SCRIPT = `"use strict";
${[encodeText, decodeIds, search].map(String).join("\n\n")}

const at = (id) => document.getElementById(id);
const show = (id, text) => { at(id).textContent = text; };

/** Loads both graphs. @returns a function from a sentence to its translation */
async function load() {
  await tf.setBackend("cpu"); // a step's matrices are small: to read each step's answer from a graphics card takes longer
  const about = await (await fetch("translator.json")).json();
  const [encoder, decoder] = await Promise.all(["encoder", "decoder"].map((name) => {
    const files = about.graphs[name].files ?? [name + "/model.json"]; // an older version's translator.json names none
    return tf.loadGraphModel(files[files.length - 1]);
  }));
  const ask = async (model, graph, inputs, names) => {
    const made = graph.loops ? await model.executeAsync(inputs, names) : model.execute(inputs, names);
    return Object.fromEntries([made].flat().map((tensor, i) => [names[i], tensor]));
  };

  return async (sentence) => {
    const isBlank = sentence.trim() === ""; // also for a tokenizer of characters, as translate says
    const source = isBlank ? { ids: [], pieces: [], unknown: [] } : encodeText(sentence, about.source);
    if (source.ids.length === 0) return { source };
    const { encoded, state } = about;
    const inputs = { source: tf.tensor2d([source.ids], undefined, "int32"), lengths: tf.tensor1d([source.ids.length], "int32") };
    const first = await ask(encoder, about.graphs.encoder, inputs, [...encoded, ...state]);
    tf.dispose(inputs);
    let before = first;
    const found = await search(about.rules, async (tokens, parents) => {
      const rows = tf.tensor1d(parents, "int32");
      const taken = Object.fromEntries([...encoded, ...state].map((name) => [name, tf.gather(before[name], rows)]));
      const given = { tokens: tf.tensor1d(tokens, "int32"), ...taken };
      const attends = about.attends ? ["alignments"] : [];
      const names = ["logits", ...attends, ...state.map((name) => "next_" + name)];
      const made = await ask(decoder, about.graphs.decoder, given, names);
      tf.dispose([before, rows, given.tokens, state.map((name) => taken[name])]);
      before = { ...Object.fromEntries(encoded.map((name) => [name, taken[name]])), ...Object.fromEntries(state.map((name) => [name, made["next_" + name]])) };
      const [logits, alignments] = [await made.logits.data(), about.attends ? await made.alignments.data() : undefined];
      tf.dispose([made.logits, made.alignments ?? []]);
      return { logits, alignments };
    });
    tf.dispose(before);
    const text = decodeIds(found.ids, about.target);
    return { source, text, ...found, tokens: found.ids.map((id) => about.target.tokens[id]) };
  };
}

/** A table: a row for each word that was written, a column for each that was read; the stronger the colour, the longer the look. */
function heatMap({ source, tokens, alignments }) {
  const head = (scope, text) => {
    const cell = Object.assign(document.createElement("th"), { scope });
    cell.append(Object.assign(document.createElement("bdi"), { textContent: text === " " ? "␣" : text }));
    return cell;
  };
  const row = (cells) => {
    const line = document.createElement("tr");
    line.append(...cells);
    return line;
  };
  const look = (weight) => {
    const cell = Object.assign(document.createElement("td"), { title: weight.toFixed(3) });
    cell.style.backgroundColor = "rgba(200, 75, 25, " + weight.toFixed(3) + ")";
    return cell;
  };
  const columns = document.createElement("thead");
  columns.append(row([document.createElement("td"), ...source.pieces.map((piece) => head("col", piece))]));
  const lines = document.createElement("tbody");
  lines.append(...alignments.map((weights, i) => row([head("row", tokens[i]), ...weights.map(look)])));
  return alignments.length === 0 ? [] : [columns, lines];
}

/** Shows the table: its columns run as the sentence that was read, from right to left too; in a long one the words stand upright. */
function showMap(parts, pieces) {
  const table = at("attention");
  table.dir = getComputedStyle(at("sentence")).direction;
  const letters = pieces.reduce((sum, piece) => sum + Math.max(3, [...piece].length), 0);
  table.className = letters > 40 ? "tall" : "";
  table.replaceChildren(...parts);
  at("figure").hidden = parts.length === 0;
}

function messageOf({ source, reason }) {
  if (source.ids.length === 0) return "An empty sentence has no translation: type some words.";
  const unknown = source.unknown.length === 0 ? [] : ["Not in the vocabulary, so read as <unk>: " + source.unknown.join(", ") + "."];
  return [...unknown, ...(reason === "length" ? ["The sentence did not end, and is cut."] : [])].join(" ");
}

/** Translates what is typed, and shows it. */
async function answer(translate) {
  const sentence = at("sentence").value;
  show("said", "Translating …");
  await new Promise((done) => setTimeout(done, 20)); // lets the browser show it: the model computes on the same thread
  const shown = await translate(sentence).then(
    (found) => ({ text: found.text ?? "", said: messageOf(found), map: found.text === undefined ? [] : heatMap(found), found }),
    (error) => ({ text: "", said: error.message, map: [] }),
  );
  show("translation", shown.text);
  show("said", shown.said);
  showMap(shown.map, shown.found?.source.pieces ?? []);
  return shown;
}

const NEEDS_SERVER = "A browser does not read the model from a file. Serve this folder, such as by python3 -m http.server, and open http://localhost:8000.";

let answered = Promise.resolve();
const translator = load();
translator.then(
  (translate) => {
    show("said", "Type a sentence.");
    at("form").addEventListener("submit", (event) => {
      event.preventDefault();
      answered = answered.then(() => answer(translate)); // one after the other
    });
    at("button").disabled = false;
  },
  (error) => show("said", location.protocol === "file:" ? NEEDS_SERVER : "The model does not run here: " + error.message),
);
`;

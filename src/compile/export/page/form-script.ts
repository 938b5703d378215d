/** The part of the page's script that makes a form fit for the model's inputs, and shows the answer. Its functions are above it. */
export const FORM_SCRIPT = `const SIDE = 280; // pixels of the field in which a digit is drawn

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** An input of the model: its sizes without the batch, null for any size. undefined where one example does not fit it. */
function inputOf(name, { dtype, tensorShape }) {
  const [batch, ...sizes] = (tensorShape.dim ?? []).map(({ size }) => (Number(size) < 0 ? null : Number(size)));
  const fits = batch === null || batch === 1;
  return fits && sizes.filter((size) => size === null).length < 2 ? { name, sizes, isWhole: dtype === "DT_INT32" } : undefined;
}

const isPicture = ({ sizes, isWhole }) => !isWhole && ["28,28", "28,28,1", "784"].includes(sizes.join());

/** A text box. @returns its elements, and a function that reads a tensor from it */
function textField({ name, sizes }, tokenizer) {
  const box = element("input", { type: "text", id: "input-" + name, autocomplete: "off", dir: "auto" });
  const read = () => {
    const { ids, unknown } = encodeText(box.value, tokenizer);
    const [steps] = sizes;
    if (ids.length === 0) throw new Error("Type some words.");
    if (steps !== null && steps !== ids.length) throw new Error("The model takes " + steps + " words or signs, not " + ids.length + ".");
    const note = unknown.length === 0 ? "" : "Not in the vocabulary, so read as <unk>: " + unknown.join(", ") + ".";
    return { values: ids, shape: [1, ids.length], note };
  };
  return { elements: [box], read };
}

/** A field in which a digit is drawn, white on black as MNIST's are. */
function digitField({ name, sizes }, changed) {
  const canvas = element("canvas", { id: "input-" + name, width: SIDE, height: SIDE });
  const white = element("input", { id: "white-" + name, type: "number", min: "0", step: "any", value: "255" });
  const clear = element("button", { type: "button", textContent: "Clear" });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const wipe = () => {
    pen.fillStyle = "black";
    pen.fillRect(0, 0, SIDE, SIDE);
    Object.assign(pen, { strokeStyle: "white", lineWidth: SIDE / 13, lineCap: "round", lineJoin: "round" });
  };
  wipe();
  clear.addEventListener("click", wipe);
  const to = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    pen.lineTo(((clientX - left) * SIDE) / width, ((clientY - top) * SIDE) / height);
    pen.stroke();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    to(event);
    to(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons !== 0) to(event); });
  canvas.addEventListener("pointerup", changed);
  const read = () => {
    const { data } = pen.getImageData(0, 0, SIDE, SIDE);
    const picture = fitDigit(Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i] / 255), SIDE);
    if (picture.every((value) => value === 0)) throw new Error("Draw a digit.");
    return { values: picture.map((value) => value * Number(white.value)), shape: [1, ...sizes], note: "" };
  };
  const hint = element("label", { className: "hint" }, "White counts as ", white, " (as in the data of the training: 255, or 1)");
  return { elements: [canvas, clear, hint], read };
}

/** A field of numbers, which begins with an example. */
function numbersField({ name, sizes, isWhole }, example) {
  const features = sizes.length === 2 ? sizes[1] : null;
  const box = element("textarea", { id: "input-" + name, spellcheck: false });
  const [, ...shape] = example.shape;
  const values = example.values.slice(0, shape.reduce((product, size) => product * size, 1));
  const texts = values.map((value) => (isWhole ? String(value) : String(Number(Number(value).toPrecision(4)))));
  const lineOf = (_, i) => texts.slice(i * features, (i + 1) * features).join(" ");
  box.value = features > 1 ? Array.from({ length: texts.length / features }, lineOf).join("\\n") : texts.join(" ");
  const kind = isWhole ? "whole numbers" : "numbers";
  const what = features > 1 ? "a line for each time step, " + features + " " + kind + " in a line" : kind + ", separated by spaces or commas";
  return {
    elements: [box, element("span", { className: "hint", textContent: what })],
    read: () => ({ ...readNumbers(box.value, sizes, isWhole), note: "" }),
  };
}

/** Shows the outputs of one example as tables. */
function showAnswer(outputs, about) {
  const tables = outputs.map(({ name, values, shape }) => {
    const { title, rows } = answerRows(values, shape, (about.labels ?? {})[name]);
    const lines = rows.map(({ name: label, value, isBest }) => {
      const line = element("tr", { className: isBest ? "best" : "" });
      line.append(element("th", { textContent: label, dir: "auto" }), element("td", { textContent: Number(value.toPrecision(4)) }));
      return line;
    });
    const caption = name + (title === "" ? "" : ": " + title);
    return element("section", {}, element("h2", { textContent: caption }), element("table", {}, ...lines));
  });
  document.getElementById("answer").replaceChildren(...tables);
}

/** Makes the form, if one example can be typed or drawn for every input. */
function makeForm(model, example) {
  const about = example.page ?? {};
  const lengths = about.lengths ?? {};
  const { inputs, outputs } = model.modelSignature;
  const names = Object.keys(inputs).filter((name) => !(name in lengths));
  const all = names.map((name) => inputOf(name, inputs[name]));
  if (names.length === 0 || all.includes(undefined)) return;
  const form = document.getElementById("form");
  const fields = all.map((input) => {
    const tokenizer = (about.texts ?? {})[input.name];
    if (tokenizer !== undefined) return textField(input, tokenizer);
    return isPicture(input) ? digitField(input, () => form.requestSubmit()) : numbersField(input, example.inputs[input.name]);
  });
  fields.forEach(({ elements }, i) => form.append(element("fieldset", {}, element("legend", { textContent: names[i] }), ...elements)));
  form.append(element("button", { id: "run", textContent: "Run the model" }));
  const asked = Object.keys(outputs);
  const compute = async () => {
    const given = Object.fromEntries(fields.map(({ read }, i) => [names[i], read()]));
    const tensors = Object.fromEntries(all.map(({ name, isWhole }) => [name, tf.tensor(given[name].values, given[name].shape, isWhole ? "int32" : "float32")]));
    for (const [name, of] of Object.entries(lengths)) tensors[name] = tf.tensor1d([given[of].shape[1]], "int32");
    const made = [await model.executeAsync(tensors, asked)].flat();
    const found = await Promise.all(made.map(async (tensor, i) => ({ name: asked[i], values: await tensor.data(), shape: tensor.shape })));
    tf.dispose([tensors, made]);
    return { found, note: Object.values(given).map(({ note }) => note).join(" ") };
  };
  let answered = Promise.resolve();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const one = () => compute().then(
      ({ found, note }) => { showAnswer(found, about); show("said", note); },
      (error) => { showAnswer([], about); show("said", error.message); },
    );
    show("said", "Running …");
    answered = answered.then(one); // one after the other
    form.answered = answered;
  });
  form.hidden = false;
}
`;

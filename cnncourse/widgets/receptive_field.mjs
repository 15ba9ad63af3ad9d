// The figure "receptive_field": a stack of layers along one axis, and all that one output sees.

import { convAxis, fieldsOf, GeometryError, isReal, stackAxes, waysTo } from "./core.mjs";
import { count, element, put, shape } from "./draw.mjs";
import { button, choice, dragOver, liveText, player, select, slider, taskLine } from "./controls.mjs";

const MOST_LAYERS = 20;

/** A layer in words: "conv 3, stride 2". */
export function toldLayer({ kind, kernel, stride, dilation }) {
  const more = [stride > 1 ? `, stride ${stride}` : "", dilation > 1 ? `, dilation ${dilation}` : ""];
  return `${kind} ${kernel}${more.join("")}`;
}

/** Everything that the figure tells about a stack and one of its outputs. */
export function lookThrough({ size, layers, output }) {
  const stack = stackAxes(size, layers);
  const fields = fieldsOf(stack);
  const sizes = [size, ...stack.map((plan) => plan.output)];
  const at = Math.min(output, sizes.at(-1) - 1);
  const ways = waysTo(stack, at);
  const inputs = [...ways[0].keys()].sort((one, other) => one - other);
  const plan = convAxis({ size, kernel: 1 });
  const real = inputs.filter((input) => isReal(plan, input));
  const { size: field, jump, start } = fields.at(-1);
  const begin = start + at * jump;
  const weights = layers.filter(({ kind }) => kind === "conv").map(({ kernel }) => kernel * kernel);
  return {
    stack, fields, sizes, ways, output: at, first: real[0], last: real.at(-1),
    outside: Math.min(field, Math.max(-begin, 0)) + Math.min(field, Math.max(begin + field - size, 0)),
    skipped: real.length === 0 ? 0 : real.at(-1) - real[0] + 1 - real.length,
    weights: weights.reduce((sum, each) => sum + each, 0),
  };
}

/** The size of the field written out, then the jump, then where the fields lie. */
export function fieldLines({ stack, fields }) {
  const { size, jump, start } = fields.at(-1);
  const terms = stack.map(({ reach }, at) => `${reach - 1} · ${fields[at].jump}`);
  const steps = stack.map(({ stride }) => stride);
  const shifted = start < 0 ? ` − ${-start}` : "";
  return [
    "receptive field = 1 + sum over the layers of (reach − 1) · jump before the layer",
    `= ${["1", ...terms].join(" + ")} = ${size}`,
    `jump = ${["1", ...steps].join(" · ")} = ${jump}: the field of output o starts at input o · ${jump}${shifted}`,
  ];
}

/** In words, what the output sees after looking back through `back` layers. */
export function fieldSentence({ stack, sizes, ways, output, first, last, outside, skipped, fields }, back) {
  const level = stack.length - back;
  const name = `Output ${output} of ${sizes.at(-1)}`;
  if (level > 0) {
    const cells = [...ways[level].keys()].filter((cell) => cell >= 0 && cell < sizes[level]).length;
    return back === 0
      ? `${name}, before it looks back.`
      : `${name}, ${count(back, "layer")} back: it sees ${count(cells, "output")} of layer ${level}.`;
  }
  const where = first === last ? `input ${first}` : `inputs ${first} to ${last}`;
  const holes = skipped > 0 ? ` (${count(skipped, "cell")} between them passed by)` : "";
  const beyond = outside > 0 ? `, of which ${count(outside, "cell")} ${outside === 1 ? "lies" : "lie"} in the padding` : "";
  return `${name} sees ${where}${holes}: a receptive field of ${fields.at(-1).size}${beyond}.`;
}

export function mount(id, { presets, settings }) {
  const start = structuredClone(settings);
  const state = { ...structuredClone(start), chosen: Math.max(start.layers.length - 1, 0) };
  let view = null;
  let back = start.layers.length;

  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);
  const help = element(
    "p", { class: "cnn-help" },
    "Choose an output with the slider, or press and drag over the picture. Play looks back from " +
      "the output to the input, one layer at a time. The stronger a cell is coloured, the more ways " +
      "lead from it to the output; cells of padding are orange.",
  );
  const refusal = element("p", { class: "cnn-refusal", hidden: true });
  const picture = element("div", { class: "cnn-stack", role: "img" });
  const formula = element("div", { class: "cnn-formula", role: "group", "aria-label": "Formula" });

  // ---- controls ----------------------------------------------------------------------------

  const names = [...Object.entries(presets).map(([key, { label }]) => [key, label]), ["own", "your own"]];
  const presetSelect = select(`${id}-preset`, "Stack", names, state.preset ?? "own", (key) => {
    if (key === "own") return;
    Object.assign(state, structuredClone({ layers: presets[key].layers, size: presets[key].size }), { preset: key });
    state.chosen = state.layers.length - 1;
    restart();
  });
  const layerSelect = select(`${id}-layer`, "Layer to change", [], null, (key) => {
    state.chosen = Number(key);
    showLayer();
  });
  const change = (name) => (value) => {
    const layer = state.layers[state.chosen];
    layer[name] = value;
    if (layer.kind === "pool") layer.dilation = 1;
    edited();
  };
  const kindChoice = choice(`${id}-kind`, "Kind", [["conv"], ["pool"]], "conv", change("kind"));
  const paddingChoice = choice(`${id}-padding`, "Padding", [["valid"], ["same"]], "valid", change("padding"));
  const kernelSlider = slider(`${id}-kernel`, "Kernel", 1, 11, 3, change("kernel"));
  const strideSlider = slider(`${id}-stride`, "Stride", 1, 4, 1, change("stride"));
  const dilationSlider = slider(`${id}-dilation`, "Dilation", 1, 4, 1, change("dilation"));
  const sizeSlider = slider(`${id}-size`, "Input size", 1, 256, state.size, (value) => {
    state.size = value;
    edited();
  });
  const outputSlider = slider(`${id}-output`, "Output", 0, 0, 0, (value) => {
    playing.stop();
    choose(value);
  });
  const add = button("Add a layer", () => {
    const like = state.layers[state.chosen] ?? presets.three_3x3.layers[0];
    state.chosen = Math.min(state.chosen + 1, state.layers.length);
    state.layers.splice(state.chosen, 0, structuredClone(like));
    edited();
  });
  const remove = button("Remove this layer", () => {
    state.layers.splice(state.chosen, 1);
    state.chosen = Math.max(Math.min(state.chosen, state.layers.length - 1), 0);
    edited();
  }, { id: `${id}-remove` });
  const playing = player(
    (by) => {
      const next = back + by;
      if (view === null || next < 0 || next > view.stack.length) return false;
      look(next);
      return true;
    },
    () => look(0),
    (on) => live.quiet(on),
    "Look back through the layers",
  );
  const reset = button("Start again", () => {
    Object.assign(state, structuredClone(start), { chosen: Math.max(start.layers.length - 1, 0) });
    restart();
  });

  function edited() {
    state.preset = null;
    update();
  }

  /** After the whole stack has been replaced: look from its middle. */
  function restart() {
    update();
    if (view === null) return;
    choose(state.preset === start.preset ? start.output : Math.floor((view.sizes.at(-1) - 1) / 2));
  }

  /** Set the controls of a layer to the chosen one. */
  function showLayer() {
    const layer = state.layers[state.chosen];
    layerSelect.fill(
      state.layers.map((each, at) => [String(at), `${at + 1}: ${toldLayer(each)}`]),
      String(state.chosen),
    );
    for (const control of [kernelSlider, strideSlider]) control.enable(layer !== undefined);
    dilationSlider.enable(layer !== undefined && layer.kind === "conv");
    kindChoice.enable(layer !== undefined);
    paddingChoice.enable(layer !== undefined);
    layerSelect.enable(layer !== undefined);
    remove.disabled = layer === undefined;
    add.disabled = state.layers.length >= MOST_LAYERS;
    if (layer === undefined) return;
    kindChoice.set(layer.kind);
    paddingChoice.set(layer.padding);
    kernelSlider.set(layer.kernel);
    strideSlider.set(layer.stride);
    dilationSlider.set(layer.dilation);
  }

  // ---- the picture -------------------------------------------------------------------------

  /** Everything that depends on the layers. */
  function update() {
    playing.stop();
    presetSelect.set(state.preset ?? "own");
    sizeSlider.set(state.size);
    showLayer();
    try {
      view = lookThrough(state);
    } catch (error) {
      if (!(error instanceof GeometryError)) throw error;
      view = null;
      refusal.textContent = error.message;
      live.say(error.message);
      goal.check({});
    }
    refusal.hidden = view !== null;
    picture.hidden = formula.hidden = view === null;
    outputSlider.enable(view !== null);
    if (view === null) return;
    back = view.stack.length;
    outputSlider.limit(view.sizes.at(-1) - 1);
    formula.replaceChildren(...fieldLines(view).map((line) => element("p", {}, line)));
    const { size, jump, start: begin } = view.fields.at(-1);
    goal.check({
      layers: state.layers.length, size: state.size, output_size: view.sizes.at(-1),
      receptive_field: size, jump, start: begin, weights: view.weights,
    });
    choose(view.output);
  }

  function choose(output) {
    state.output = output;
    view = lookThrough(state);
    outputSlider.set(view.output);
    look(view.stack.length);
  }

  /** Where a cell of a level lies, in cells of the input. */
  function middle(level, cell) {
    const { size, jump, start: begin } = view.fields[level];
    return begin + cell * jump + size / 2;
  }

  /** Draw the stack with what the output sees `steps` layers back. */
  function look(steps) {
    back = steps;
    const { stack, fields, sizes, ways } = view;
    const ends = stack.map(({ before, after, size }, level) => {
      const half = fields[level].jump / 2;
      return [middle(level, -before) - half, middle(level, size - 1 + after) + half];
    });
    const from = Math.min(0, ...ends.map(([first]) => first));
    const to = Math.max(state.size, ...ends.map(([, last]) => last));
    const lit = ways.map((cells, level) => (level >= stack.length - back ? [...cells] : []));
    const reach = lit.map((cells, level) => {
      const half = fields[level].jump / 2;
      const places = cells.map(([cell]) => cell);
      return places.length === 0
        ? null
        : [middle(level, Math.min(...places)) - half, middle(level, Math.max(...places)) + half];
    });
    picture.replaceChildren(...sizes.map((size, level) => {
      const name = level === 0 ? "input" : toldLayer(state.layers[level - 1]);
      const sees = level === 0 ? "" : `sees ${fields[level].size}`;
      return element(
        "div", { class: "cnn-level" },
        cone(reach[level - 1], reach[level], from, to),
        element("p", {}, element("span", {}, `${name}: ${size}`), element("span", {}, sees)),
        row(level, size, lit[level], from, to),
      );
    }));
    put(picture, "aria-label", `${stack.length} layers over ${state.size} inputs in a row, and what output ${view.output} sees of each`);
    live.say(fieldSentence(view, back));
  }

  /** The band between what is seen of one level and of the next. */
  function cone(above, below, from, to) {
    if (!above || !below) return null;
    return stretched(
      "cnn-cone", from, to,
      shape("path", { d: `M${above[0]} 0L${above[1]} 0L${below[1]} 1L${below[0]} 1Z` }),
    );
  }

  function row(level, size, lit, from, to) {
    const { jump } = view.fields[level];
    const shut = to - from > 100 && jump < 3; // too fine for gaps
    const gap = shut ? 0 : 0.08 * jump;
    const box = (cell, kind, share = null) => shape("rect", {
      class: kind, x: middle(level, cell) - jump / 2 + gap, width: jump - 2 * gap, y: 0, height: 1,
      style: share === null ? null : `fill-opacity:${share.toFixed(3)}`,
    });
    const cells = shut
      ? [shape("rect", { class: "cnn-cell", x: middle(level, 0) - jump / 2, width: size * jump, y: 0, height: 1 })]
      : Array.from({ length: size }, (_, cell) => box(cell, "cnn-cell"));
    const most = Math.max(...lit.map(([, ways]) => ways));
    const seen = lit.map(([cell, ways]) => box(
      cell, cell < 0 || cell >= size ? "cnn-seen cnn-outside" : "cnn-seen", 0.35 + 0.65 * (ways / most),
    ));
    return stretched("cnn-cells", from, to, ...cells, ...seen);
  }

  function stretched(kind, from, to, ...children) {
    return shape(
      "svg", { class: kind, viewBox: `${from} 0 ${to - from} 1`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...children,
    );
  }

  dragOver(picture, (x) => {
    const box = picture.querySelector(".cnn-cells").viewBox.baseVal;
    const place = box.x + x * box.width;
    const { size, jump, start: begin } = view.fields.at(-1);
    const nearest = Math.round((place - begin - size / 2) / jump);
    playing.stop();
    choose(Math.min(Math.max(nearest, 0), view.sizes.at(-1) - 1));
  });

  update();
  return element(
    "div", { class: "cnn-figure" },
    goal.node,
    element("div", { class: "cnn-bar" }, presetSelect.node, layerSelect.node, add, remove),
    element("div", { class: "cnn-bar" }, kindChoice.node, paddingChoice.node),
    element("div", { class: "cnn-sliders" }, kernelSlider.node, strideSlider.node, dilationSlider.node, sizeSlider.node),
    picture, refusal, outputSlider.node, formula, live.node,
    element("div", { class: "cnn-bar" }, playing.node, reset),
    help,
  );
}

// The figure "arithmetic": two rulers along one axis, and which cell feeds which.

import { convAxis, feeding, fedBy, GeometryError, isReal, transposeAxis } from "./core.mjs";
import { count, element, listed, overlay, put, shape } from "./draw.mjs";
import { button, cellGrid, choice, dragOver, liveText, player, slider, taskLine } from "./controls.mjs";

const TICK_ROOM = 24; // px that an index needs

/** The plan of a state; throws GeometryError in words where there is no output. */
export function planOf({ operation, size, kernel, stride, padding, dilation, output_padding: outputPadding }) {
  const axis = { size, kernel, stride, padding, dilation: operation === "pooling" ? 1 : dilation };
  return operation === "transposed" ? transposeAxis({ ...axis, outputPadding }) : convAxis(axis);
}

/** The formula of the output size, with letters and with numbers, and what happens at the ends. */
export function formulaLines(plan) {
  const { size: n, kernel: k, stride: s, padding, dilation: d, reach, output, before, after } = plan;
  const spread = d === 1 ? ["k", `${k}`] : ["(d · (k − 1) + 1)", `(${d} · (${k} − 1) + 1)`];
  const ends = `${before} before and ${after} after`;
  if (plan.transposed) {
    const p = plan.outputPadding;
    const cut = before + after;
    const lines =
      padding === "same"
        ? p === null
          ? [`output size = n · s`, `= ${n} · ${s} = ${output}`]
          : [`output size = (n − 1) · s + ${spread[0]} mod 2 + p`, `= (${n} − 1) · ${s} + ${reach % 2} + ${p} = ${output}`]
        : p === null
          ? [`output size = (n − 1) · s + max(${spread[0]}, s)`, `= (${n} − 1) · ${s} + max(${spread[1]}, ${s}) = ${output}`]
          : [`output size = (n − 1) · s + ${spread[0]} + p`, `= (${n} − 1) · ${s} + ${spread[1]} + ${p} = ${output}`];
    if (padding === "same") lines.push(`cut off: max((${n} − 1) · ${s} + ${reach} − ${output}, 0) = ${cut}, ${ends}`);
    return lines;
  }
  if (padding === "same") {
    return [
      "output size = ⌈n / s⌉",
      `= ⌈${n} / ${s}⌉ = ${output}`,
      `padding: max((${output} − 1) · ${s} + ${reach} − ${n}, 0) = ${before + after}, ${ends}`,
    ];
  }
  return [
    `output size = ⌊(n − ${spread[0]}) / s⌋ + 1`,
    `= ⌊(${n} − ${spread[1]}) / ${s}⌋ + 1 = ${output}`,
  ];
}

function named(noun, indices) {
  return `${indices.length === 1 ? noun : `${noun}s`} ${listed(indices)}`;
}

/** In words, what feeds output `o`. */
export function outputSentence(plan, operation, o) {
  const feeders = feeding(plan, o);
  const real = feeders.filter(({ input }) => isReal(plan, input)).map(({ input }) => input);
  const padded = feeders.length - real.length;
  if (operation === "transposed") {
    return real.length === 0
      ? `No input reaches output ${o}: it stays 0.`
      : `Output ${o} gets a share of ${named("input", [...real].reverse())}.`;
  }
  if (operation === "pooling") {
    const rest = padded > 0 ? ` ${count(padded, "cell")} of padding ${padded === 1 ? "does" : "do"} not count.` : "";
    return `Output ${o} pools ${named("input", real)}.${rest}`;
  }
  const zeros = padded > 0 ? `${count(padded, "padding zero")}${real.length > 0 ? " and " : ""}` : "";
  return `Output ${o} reads ${zeros}${real.length > 0 ? named("input", real) : ""}.`;
}

/** In words, what input `i` feeds. */
export function inputSentence(plan, i) {
  const outputs = fedBy(plan, i).map(({ output }) => output);
  return outputs.length === 0
    ? `Input ${i} is read by no output: the steps of the window pass it by.`
    : `Input ${i} feeds ${named("output", outputs)}.`;
}

/**
 * Where the cells stand: every ruler is a list of { index, x }, in cells, index null for ghosts.
 * The longer ruler counts the cells; on the other one each cell stands over the middle of its window.
 */
export function places(plan) {
  const middle = (index) => index * plan.stride + (plan.reach - 1) / 2;
  const long = plan.transposed ? plan.output : plan.size;
  const short = plan.transposed ? plan.size : plan.output;
  const span = Math.max(plan.before + long + plan.after, (short - 1) * plan.stride + plan.reach);
  const many = Array.from({ length: plan.before + long + plan.after }, (_, at) => ({
    index: at >= plan.before && at < plan.before + long ? at - plan.before : null,
    x: at,
  }));
  const few = Array.from({ length: short }, (_, index) => ({ index, x: middle(index) }));
  return { span, inputs: plan.transposed ? few : many, outputs: plan.transposed ? many : few };
}

export function mount(id, { settings }) {
  const state = structuredClone(settings);
  let plan = null;
  let chosen = { ruler: "outputs", index: settings.output };

  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);
  const help = element(
    "p", { class: "cnn-help", id: `${id}-help` },
    "Point at a cell, or walk along a ruler with the arrow keys, to see what it is connected to. " +
      "Tab goes from one ruler to the other.",
  );

  // ---- controls ----------------------------------------------------------------------------

  const change = (name) => (value) => {
    state[name] = value;
    update();
  };
  const operationChoice = choice(
    `${id}-operation`, "Operation",
    [["convolution"], ["pooling"], ["transposed", "transposed convolution"]],
    state.operation, change("operation"),
  );
  const paddingChoice = choice(`${id}-padding`, "Padding", [["valid"], ["same"]], state.padding, change("padding"));
  const extraChoice = choice(
    `${id}-extra`, "Output padding p", [[null, "left to Keras"], [0], [1], [2], [3]],
    state.output_padding, change("output_padding"),
  );
  const sizeSlider = slider(`${id}-size`, "Input size n", 1, 12, state.size, change("size"));
  const kernelSlider = slider(`${id}-kernel`, "Kernel k", 1, 5, state.kernel, change("kernel"));
  const strideSlider = slider(`${id}-stride`, "Stride s", 1, 4, state.stride, change("stride"));
  const dilationSlider = slider(`${id}-dilation`, "Dilation d", 1, 3, state.dilation, change("dilation"));
  const controls = [operationChoice, paddingChoice, extraChoice, sizeSlider, kernelSlider, strideSlider, dilationSlider];
  const names = ["operation", "padding", "output_padding", "size", "kernel", "stride", "dilation"];
  const remark = element("p", { class: "cnn-note" });

  const playing = player(
    (by) => {
      const next = (chosen.ruler === "outputs" ? chosen.index : -1) + by;
      if (plan === null || next < 0 || next >= plan.output) return false;
      choose("outputs", next);
      return true;
    },
    () => choose("outputs", 0),
    (on) => live.quiet(on),
  );
  const reset = button("Start again", () => {
    Object.assign(state, structuredClone(settings));
    controls.forEach((control, at) => control.set(state[names[at]]));
    chosen = { ruler: "outputs", index: settings.output };
    update();
  });

  // ---- the picture -------------------------------------------------------------------------

  const threads = element("div", { class: "cnn-threads" });
  const tags = element("div", { class: "cnn-tags", "aria-hidden": "true" });
  const rulers = Object.fromEntries(
    ["inputs", "outputs"].map((name) => {
      const grid = cellGrid(name === "inputs" ? "Inputs" : "Outputs", help.id, (_, index) => {
        if (chosen.ruler === name && chosen.index === index) return;
        playing.stop();
        choose(name, index);
      });
      const ghosts = element("div", { "aria-hidden": "true" });
      const ticks = element("div", { class: "cnn-ticks", "aria-hidden": "true" });
      const node = element("div", { class: `cnn-ruler cnn-${name}` }, ghosts, grid.node);
      dragOver(node, (x, _, event) => {
        const cells = where[name].filter(({ index }) => index !== null);
        const distance = (cell) => Math.abs(cell.x + 0.5 - x * where.span);
        const nearest = cells.reduce((best, cell) => (distance(cell) < distance(best) ? cell : best));
        playing.stop();
        choose(name, nearest.index);
        if (event.type === "pointerdown") {
          event.preventDefault();
          grid.focus();
        }
      }, { hover: true });
      return [name, { grid, ghosts, ticks, node }];
    }),
  );
  let where = null;
  const titles = { inputs: element("p", { class: "cnn-title" }), outputs: element("p", { class: "cnn-title" }) };
  const picture = element(
    "div", { class: "cnn-rulers" },
    titles.inputs, rulers.inputs.ticks, rulers.inputs.node, threads,
    rulers.outputs.node, rulers.outputs.ticks, titles.outputs,
  );
  const formula = element("div", { class: "cnn-formula", role: "group", "aria-label": "Formula" });
  const refusal = element("p", { class: "cnn-refusal", hidden: true });

  function place(node, x) {
    node.style.left = `${(100 * x) / where.span}%`;
    node.style.width = `${100 / where.span}%`;
  }

  /** Indices stand in the cells; where those get narrow, beside every second, fifth … of them. */
  function labelTicks() {
    if (plan === null) return;
    const room = picture.clientWidth / where.span;
    const narrow = room < TICK_ROOM;
    picture.classList.toggle("cnn-narrow", narrow);
    for (const [name, { grid, ticks }] of Object.entries(rulers)) {
      const cells = where[name].filter(({ index }) => index !== null);
      const apart = room * (cells.length > 1 ? cells[1].x - cells[0].x : 1);
      const every = [1, 2, 5, 10].find((step) => step * apart >= TICK_ROOM) ?? 20;
      cells.forEach(({ index }) => {
        grid.cell(0, index).textContent = narrow ? "" : index;
      });
      ticks.replaceChildren(
        ...cells.filter(({ index }) => narrow && index % every === 0).map(({ index, x }) => {
          const tick = element("span", {}, String(index));
          place(tick, x);
          return tick;
        }),
      );
    }
  }
  // In the next frame: ticks change the height, which must not happen while sizes are reported.
  new ResizeObserver(() => requestAnimationFrame(labelTicks)).observe(picture);

  /** Everything that depends on the settings. */
  function update() {
    playing.stop();
    sizeSlider.limit(state.operation === "transposed" ? 6 : 12);
    if (state.operation === "transposed" && state.size > 6) {
      state.size = 6;
      sizeSlider.set(6);
    }
    extraChoice.show(state.operation === "transposed");
    dilationSlider.enable(state.operation !== "pooling");
    const dilated = state.operation !== "pooling" && state.dilation > 1;
    remark.textContent = [
      state.operation === "pooling" ? "Keras’ pooling has no dilation: that slider rests." : "",
      dilated && state.stride > 1 ? "Keras’ layers take a stride or a dilation above 1, not both; the arithmetic is the same." : "",
    ].filter(Boolean).join(" ");
    try {
      plan = planOf(state);
    } catch (error) {
      if (!(error instanceof GeometryError)) throw error;
      plan = null;
      refusal.textContent = error.message;
      live.say(error.message);
      goal.check({});
    }
    refusal.hidden = plan !== null;
    picture.hidden = formula.hidden = plan === null;
    if (plan === null) return;

    where = places(plan);
    titles.inputs.textContent = `Input, ${count(plan.size, "cell")}`;
    titles.outputs.textContent = `Output, ${count(plan.output, "cell")}`;
    for (const [name, { grid, ghosts }] of Object.entries(rulers)) {
      const cells = where[name].filter(({ index }) => index !== null);
      grid.layout(1, cells.length);
      grid.node.setAttribute("aria-label", titles[name].textContent);
      cells.forEach(({ index, x }) => {
        place(grid.cell(0, index), x);
        grid.cell(0, index).setAttribute("aria-label", `${name === "inputs" ? "input" : "output"} ${index}`);
      });
      ghosts.replaceChildren(
        ...where[name].filter(({ index }) => index === null).map(({ x }) => {
          const text = plan.transposed ? "×" : state.operation === "pooling" ? "–" : "0";
          const ghost = element("span", { class: "cnn-ghost", "data-x": x }, text);
          place(ghost, x);
          return ghost;
        }),
      );
    }
    chosen.index = Math.min(chosen.index, (chosen.ruler === "inputs" ? plan.size : plan.output) - 1);
    formula.replaceChildren(...formulaLines(plan).map((line) => element("p", {}, line)));
    labelTicks();
    choose(chosen.ruler, chosen.index);
  }

  /** Every connection as { input, output, tap, from, to }, `from` and `to` in cells; padding too. */
  function connections() {
    return where.outputs.filter(({ index }) => index !== null).flatMap(({ index: output, x: to }) =>
      feeding(plan, output).map(({ tap, input }) => ({
        input, output, tap, to,
        from: plan.transposed ? where.inputs[input].x : input + plan.before,
      })),
    );
  }

  /** Everything that depends on the chosen cell. */
  function choose(ruler, index) {
    chosen = { ruler, index };
    const byOutput = ruler === "outputs";
    const all = connections();
    const isLit = byOutput ? ({ output }) => output === index : ({ input }) => input === index;
    const lit = all.filter(isLit);

    for (const [name, { grid }] of Object.entries(rulers)) {
      const partners = new Set(lit.map((link) => (name === "inputs" ? link.input : link.output)));
      where[name].filter((cell) => cell.index !== null).forEach((cell) => {
        const own = name === ruler && cell.index === index;
        const node = grid.cell(0, cell.index);
        node.classList.toggle("cnn-chosen", own);
        node.classList.toggle("cnn-partner", !own && name !== ruler && partners.has(cell.index));
      });
    }
    rulers[ruler].grid.mark(0, index);
    const other = byOutput ? "inputs" : "outputs";
    const first = lit.map((link) => (byOutput ? link.input : link.output)).find((at) => !byOutput || isReal(plan, at));
    rulers[other].grid.mark(0, first ?? 0, false);

    const read = new Set(byOutput ? lit.map(({ from }) => from) : []);
    rulers.inputs.ghosts.querySelectorAll("[data-x]").forEach((ghost) => {
      ghost.classList.toggle("cnn-partner", !plan.transposed && read.has(Number(ghost.dataset.x)));
    });

    const thread = (link, kind) =>
      shape("line", { class: kind, x1: link.from + 0.5, y1: 0, x2: link.to + 0.5, y2: 1 });
    tags.replaceChildren(
      ...(state.operation === "pooling" ? [] : lit).map((link) => {
        // The label stands at the end where the lit threads part.
        const spread = byOutput ? 0.2 : 0.8;
        const tag = element("span", { style: `top:${100 * spread}%` }, `w${link.tap}`);
        place(tag, link.from + (link.to - link.from) * spread);
        return tag;
      }),
    );
    threads.replaceChildren(
      overlay(where.span, 1, ...all.map((link) => thread(link, "cnn-thread")), ...lit.map((link) => thread(link, "cnn-thread cnn-lit"))),
      tags,
    );
    picture.dataset.from = ruler;
    const sentence = byOutput ? outputSentence(plan, state.operation, index) : inputSentence(plan, index);
    live.say(`${sentence} The output has ${count(plan.output, "cell")}.`);
    goal.check({
      operation: state.operation, size: state.size, kernel: state.kernel, stride: state.stride,
      padding: state.padding, dilation: plan.dilation, output_padding: state.output_padding,
      output_size: plan.output, before: plan.before, after: plan.after,
    });
  }

  update();
  return element(
    "div", { class: "cnn-figure" },
    goal.node,
    element("div", { class: "cnn-bar" }, operationChoice.node, paddingChoice.node, extraChoice.node),
    element("div", { class: "cnn-sliders" }, sizeSlider.node, kernelSlider.node, strideSlider.node, dilationSlider.node),
    remark, picture, refusal, formula, live.node,
    element("div", { class: "cnn-bar" }, playing.node, reset),
    help,
  );
}

// The figure "conv": one kernel walks over a photo, and the sum of each step is written out.

import { conv2d, convAxis, grey, reachOf, tensor, termsAt } from "./core.mjs";
import {
  count, element, greyOf, listed, number, overlay, paintGrey, put, shape, signedOf,
} from "./draw.mjs";
import { button, cellGrid, choice, dragOver, liveText, player, select, taskLine } from "./controls.mjs";

const CUSTOM = "custom";

/** "− 1 · 0.52", "+ 2 · 0.30": a term of the sum as one would write it by hand. */
function termText({ weight, value, real }, first) {
  const sign = weight < 0 ? "− " : first ? "" : "+ ";
  return `${sign}${number(Math.abs(weight))} · ${real ? value.toFixed(2) : "0"}`;
}

/** Make the figure. `photo` holds whole hundredths, so that every written sum is exact. */
export function mount(id, { photo, presets, settings }) {
  const image = grey(photo.height, photo.width, photo.hundredths.map((value) => value / 100));
  const start = { ...settings, kernel: settings.kernel.flat() };
  const state = structuredClone(start);
  let axes = null; // the plans of both axes
  let map = null; // the output
  const presetOf = (kernel) =>
    Object.keys(presets).find((name) => presets[name].kernel.flat().every((w, i) => w === kernel[i])) ?? CUSTOM;

  // ---- parts -------------------------------------------------------------------------------

  const help = element(
    "p", { class: "cnn-help", id: `${id}-help` },
    "On the output: arrow keys move the window, Home and End jump along the row, Page Up and Page " +
      "Down along the column. Or press and drag on either picture.",
  );
  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);

  const canvas = element("canvas", { "aria-hidden": "true" });
  paintGrey(canvas, image);
  const windowMarks = element("div");
  const inputStage = element("div", { class: "cnn-input", role: "img" }, canvas, windowMarks);
  const inputTitle = element("p", { class: "cnn-title" });

  const output = cellGrid("Output", help.id, (row, column) => {
    if (row === state.row && column === state.column) return;
    playing.stop();
    choose(row, column);
  });
  output.node.classList.add("cnn-map");
  const outputTitle = element("p", { class: "cnn-title" });
  const ramp = element("span", { class: "cnn-ramp", "aria-hidden": "true" });
  const low = element("span");
  const middle = element("span");
  const high = element("span");
  const legend = element("p", { class: "cnn-legend" }, low, ramp, high, middle);

  const weights = state.kernel.map((weight, index) =>
    element("input", {
      type: "number", step: "any", value: weight,
      "aria-label": `Kernel row ${Math.floor(index / 3) + 1}, column ${(index % 3) + 1}`,
      input: () => editWeight(index),
      focus: () => markTap(index),
      blur: () => markTap(null),
    }),
  );
  const kernelNote = element("p", { class: "cnn-note" });
  const presetList = select(
    `${id}-preset`, "Kernel",
    [...Object.entries(presets).map(([name, { label }]) => [name, label]), [CUSTOM, "your own"]],
    presetOf(state.kernel),
    (name) => {
      if (name !== CUSTOM) setKernel(presets[name].kernel.flat());
      renderMap();
    },
  );

  const sumTitle = element("p", { class: "cnn-title" });
  const sumTerms = element("div", { class: "cnn-terms" });
  const sumResult = element("p", { class: "cnn-result" });

  const changed = (name) => (value) => {
    state[name] = value;
    renderMap();
  };
  const paddingChoice = choice(`${id}-padding`, "Padding", [["valid"], ["same"]], state.padding, changed("padding"));
  const strideChoice = choice(`${id}-stride`, "Stride", [[1], [2], [3]], state.stride, changed("stride"));
  const dilationChoice = choice(`${id}-dilation`, "Dilation", [[1], [2], [3]], state.dilation, changed("dilation"));
  const remark = element("p", { class: "cnn-note" });

  const playing = player(
    (by) => {
      const next = state.row * axes[1].output + state.column + by;
      if (next < 0 || next >= axes[0].output * axes[1].output) return false;
      choose(Math.floor(next / axes[1].output), next % axes[1].output);
      return true;
    },
    () => choose(0, 0),
    (on) => live.quiet(on),
  );
  const reset = button("Start again", () => {
    playing.stop();
    Object.assign(state, structuredClone(start));
    paddingChoice.set(state.padding);
    strideChoice.set(state.stride);
    dilationChoice.set(state.dilation);
    setKernel(state.kernel);
    renderMap();
  });

  // ---- what happens ------------------------------------------------------------------------

  function setKernel(kernel) {
    state.kernel = [...kernel];
    weights.forEach((input, index) => {
      input.value = kernel[index];
      put(input, "aria-invalid", null);
    });
  }

  function editWeight(index) {
    const weight = weights[index].valueAsNumber;
    // A half-typed number ("-") keeps the last good one.
    put(weights[index], "aria-invalid", Number.isFinite(weight) ? null : "true");
    if (Number.isFinite(weight)) state.kernel[index] = weight;
    renderMap();
  }

  function markTap(index) {
    windowMarks.querySelectorAll("[data-tap]").forEach((mark) => {
      mark.classList.toggle("cnn-here", mark.dataset.tap === String(index));
    });
  }

  function choose(row, column) {
    Object.assign(state, { row, column });
    renderPixel();
  }

  // ---- drawing -----------------------------------------------------------------------------

  /** Everything that depends on kernel and settings. */
  function renderMap() {
    playing.stop();
    const options = { stride: [state.stride, state.stride], padding: state.padding, dilation: [state.dilation, state.dilation] };
    axes = image.shape.slice(0, 2).map((size) =>
      convAxis({ size, kernel: 3, stride: state.stride, padding: state.padding, dilation: state.dilation }),
    );
    map = conv2d(image, tensor([3, 3, 1, 1], state.kernel), options);
    const [rows, columns] = axes.map((axis) => axis.output);
    state.row = Math.min(state.row, rows - 1);
    state.column = Math.min(state.column, columns - 1);

    const lowest = Math.min(...map.data);
    const highest = Math.max(...map.data);
    const signed = lowest < 0;
    const limit = signed ? Math.max(-lowest, highest) : Math.max(highest, 1);
    output.node.style.setProperty("--columns", columns);
    output.layout(rows, columns);
    map.data.forEach((value, index) => {
      const cell = output.cell(Math.floor(index / columns), index % columns);
      cell.style.background = signed ? signedOf(value, limit) : greyOf(value, limit);
      put(cell, "aria-label", `row ${Math.floor(index / columns) + 1}, column ${(index % columns) + 1}: ${number(value)}`);
    });
    ramp.classList.toggle("cnn-signed", signed);
    low.textContent = number(signed ? -limit : 0, 2);
    high.textContent = number(limit, 2);
    middle.textContent = signed ? "orange below 0, blue above" : "";

    const name = presetOf(state.kernel);
    presetList.set(name);
    const invalid = weights.filter((input) => input.getAttribute("aria-invalid") === "true").length;
    kernelNote.textContent =
      invalid > 0
        ? `${count(invalid, "field")} without a number: the last number there still counts.`
        : name === CUSTOM
          ? `Your own kernel; its weights add up to ${number(state.kernel.reduce((a, b) => a + b, 0))}.`
          : presets[name].note;
    const [height, width] = axes.map((axis) => axis.before + axis.size + axis.after);
    inputTitle.textContent =
      `Input, ${photo.height} × ${photo.width}` +
      (height > photo.height || width > photo.width ? `, padded to ${height} × ${width}` : "");
    put(
      inputStage, "aria-label",
      `${photo.description}, ${photo.height} by ${photo.width} grey pixels, with the window of the kernel on it`,
    );
    outputTitle.textContent = `Output, ${rows} × ${columns}`;
    output.node.setAttribute("aria-label", `Output, ${rows} rows and ${columns} columns`);
    remark.textContent =
      state.stride > 1 && state.dilation > 1
        ? "Keras’ Conv2D takes a stride or a dilation above 1, not both; TensorFlow underneath computes both, as shown here."
        : "";
    inputStage.style.aspectRatio = `${width} / ${height}`;
    Object.assign(canvas.style, {
      left: `${(100 * axes[1].before) / width}%`, width: `${(100 * photo.width) / width}%`,
      top: `${(100 * axes[0].before) / height}%`, height: `${(100 * photo.height) / height}%`,
    });
    renderPixel();
  }

  /** Everything that depends on the chosen output pixel. */
  function renderPixel() {
    const { row, column } = state;
    const terms = termsAt(axes, image, tensor([3, 3], state.kernel), row, column);
    const value = map.data[row * axes[1].output + column];
    output.mark(row, column);
    renderWindow(terms);

    sumTitle.textContent = `The sum for output row ${row + 1}, column ${column + 1}`;
    sumTerms.replaceChildren(
      ...terms.map((term, index) =>
        element("span", { class: term.real ? (term.weight === 0 ? "cnn-idle" : null) : "cnn-zero" }, termText(term, index === 0)),
      ),
    );
    sumResult.textContent = `= ${number(value, 6)}`;

    const padded = terms.filter(({ real }) => !real).length;
    const span = (name) => {
      const inside = [...new Set(terms.filter(({ real }) => real).map((term) => term[name] + 1))];
      if (inside.length < 2) return `${name} ${inside[0]}`;
      return `${name}s ${state.dilation === 1 ? `${inside[0]} to ${inside.at(-1)}` : listed(inside)}`;
    };
    live.say(
      `Output row ${row + 1}, column ${column + 1} is ${number(value, 6)}. ` +
        `The window reads ${span("row")} and ${span("column")} of the input` +
        (padded > 0 ? `; ${padded} of its 9 cells are padding zeros.` : ".") +
        ` The output has ${count(axes[0].output, "row")} and ${count(axes[1].output, "column")}.`,
    );
    goal.check({
      kernel: presetOf(state.kernel), padding: state.padding, stride: state.stride, dilation: state.dilation,
      row, column, value: Number(value.toFixed(9)), padding_cells: padded,
      output_height: axes[0].output, output_width: axes[1].output,
    });
  }

  function renderWindow(terms) {
    const [rows, columns] = axes;
    const top = state.row * state.stride;
    const left = state.column * state.stride;
    const reach = reachOf(3, state.dilation);
    const frame = (kind) => shape("rect", { class: kind, x: left, y: top, width: reach, height: reach });
    const taps = terms.map((term, index) =>
      shape("rect", {
        class: "cnn-tap", "data-tap": index, width: 1, height: 1,
        x: term.column + columns.before, y: term.row + rows.before,
      }),
    );
    windowMarks.replaceChildren(
      overlay(
        columns.before + columns.size + columns.after, rows.before + rows.size + rows.after,
        ...taps, frame("cnn-halo"), frame("cnn-frame"),
      ),
    );
  }

  // ---- pointers ----------------------------------------------------------------------------

  const toOutput = (share, axis) => {
    // The window is held by its middle.
    const position = share * (axis.before + axis.size + axis.after) - axis.reach / 2;
    return Math.min(Math.max(Math.round(position / axis.stride), 0), axis.output - 1);
  };
  dragOver(inputStage, (x, y) => {
    playing.stop();
    choose(toOutput(y, axes[0]), toOutput(x, axes[1]));
  });
  dragOver(output.node, (x, y, event) => {
    playing.stop();
    choose(Math.floor(y * axes[0].output), Math.floor(x * axes[1].output));
    if (event.type === "pointerdown") {
      event.preventDefault();
      output.focus();
    }
  });

  renderMap();
  return element(
    "div", { class: "cnn-figure" },
    goal.node,
    element(
      "div", { class: "cnn-pair" },
      element("div", {}, inputTitle, inputStage),
      element("div", {}, outputTitle, output.node, legend),
    ),
    help,
    element("div", { class: "cnn-bar" }, playing.node, reset),
    element(
      "div", { class: "cnn-pair" },
      element("div", {}, presetList.node, element("div", { class: "cnn-kernel", role: "group", "aria-label": "Kernel weights" }, ...weights), kernelNote),
      element("div", { class: "cnn-sum" }, sumTitle, sumTerms, sumResult, element("p", { class: "cnn-note" }, "Each term is weight · input.")),
    ),
    element("div", { class: "cnn-bar" }, paddingChoice.node, strideChoice.node, dilationChoice.node),
    remark,
    live.node,
  );
}

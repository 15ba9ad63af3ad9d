// The figure "pooling": a picture moves under fixed windows; what changes in the output, and how much?

import { convAxis, feeding, grey, isReal, pool2d } from "./core.mjs";
import { count, element, greyOf, number, overlay, paintGrey, put, shape } from "./draw.mjs";
import { button, cellGrid, choice, dragOver, liveText, player, slider, taskLine } from "./controls.mjs";

const ROUNDING = 1e-9; // means are summed in another order elsewhere

/** The part of a `scene` that is in view once it has moved `shift` pixels to the right. */
export function viewOf(scene, shift) {
  const { height, width, margin, hundredths } = scene;
  const data = Array.from({ length: height * width }, (_, at) => {
    const column = (at % width) + margin - shift;
    return hundredths[Math.floor(at / width) * (width + margin) + column] / 100;
  });
  return grey(height, width, data);
}

/** The output of pooling `image` as the settings say. */
export function pooled(image, { kind, size, stride, padding }) {
  return pool2d(image, kind, [size, size], { stride: [stride, stride], padding });
}

/** How `now` differs from `first`, two maps or pictures of one size. */
export function difference(first, now) {
  const gaps = now.data.map((value, at) => Math.abs(value - first.data[at]));
  return {
    changed: Array.from(gaps, (gap) => gap > ROUNDING),
    count: gaps.filter((gap) => gap > ROUNDING).length,
    mean: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
  };
}

/**
 * By how many whole columns `first` has to move to become `now`, as far as both know it; null if
 * no such number exists.
 */
export function movedBy(first, now, shift, stride) {
  const [rows, columns] = now.shape;
  const by = shift / stride;
  if (!Number.isInteger(by) || by >= columns) return null;
  for (let row = 0; row < rows; row += 1) {
    for (let column = by; column < columns; column += 1) {
      const gap = now.data[row * columns + column] - first.data[row * columns + column - by];
      if (Math.abs(gap) > ROUNDING) return null;
    }
  }
  return by;
}

export function mount(id, { scene, settings }) {
  const start = structuredClone(settings);
  const state = structuredClone(start);
  let axes = null;
  let image = null;
  let map = null;

  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);
  const help = element(
    "p", { class: "cnn-help", id: `${id}-help` },
    "On the output: arrow keys move the window, Home and End jump along the row. Or press and drag " +
      "on either picture. The windows stay where they are; the shift slider moves the picture.",
  );

  const canvas = element("canvas", { "aria-hidden": "true" });
  const marks = element("div");
  const stage = element("div", { class: "cnn-input", role: "img" }, canvas, marks);
  const inputTitle = element("p", { class: "cnn-title" });
  const outputTitle = element("p", { class: "cnn-title" });
  const output = cellGrid("Output", help.id, (row, column) => {
    if (row === state.row && column === state.column) return;
    playing.stop();
    choose(row, column);
  });
  output.node.classList.add("cnn-map", "cnn-spaced");
  const legend = element(
    "p", { class: "cnn-legend" },
    element("span", { class: "cnn-dot", "aria-hidden": "true" }), "changed by the shift",
  );
  const sum = element("p", { class: "cnn-note" });
  const table = element("div", { class: "cnn-formula", role: "group", "aria-label": "What the shift changes" });

  const changed = (name) => (value) => {
    state[name] = value;
    update();
  };
  const kindChoice = choice(`${id}-kind`, "Pooling", [["max", "maximum"], ["average"]], state.kind, changed("kind"));
  const sizeChoice = choice(`${id}-size`, "Window", [[1], [2], [3], [4]], state.size, changed("size"));
  const strideChoice = choice(`${id}-stride`, "Stride", [[1], [2], [3], [4]], state.stride, changed("stride"));
  const paddingChoice = choice(`${id}-padding`, "Padding", [["valid"], ["same"]], state.padding, changed("padding"));
  const shiftSlider = slider(`${id}-shift`, "Shift of the picture, px to the right", 0, scene.margin, state.shift, changed("shift"));

  const playing = player(
    (by) => {
      const next = state.row * axes[1].output + state.column + by;
      if (next < 0 || next >= map.data.length) return false;
      choose(Math.floor(next / axes[1].output), next % axes[1].output);
      return true;
    },
    () => choose(0, 0),
    (on) => live.quiet(on),
  );
  const reset = button("Start again", () => {
    playing.stop();
    Object.assign(state, structuredClone(start));
    kindChoice.set(state.kind);
    sizeChoice.set(state.size);
    strideChoice.set(state.stride);
    paddingChoice.set(state.padding);
    shiftSlider.set(state.shift);
    update();
  });

  function choose(row, column) {
    Object.assign(state, { row, column });
    renderPixel();
  }

  /** Everything that depends on the settings. */
  function update() {
    playing.stop();
    axes = [scene.height, scene.width].map((size) =>
      convAxis({ size, kernel: state.size, stride: state.stride, padding: state.padding }),
    );
    const first = viewOf(scene, 0);
    image = viewOf(scene, state.shift);
    const before = pooled(first, state);
    map = pooled(image, state);
    const pixels = difference(first, image);
    const outputs = difference(before, map);
    const by = movedBy(before, map, state.shift, state.stride);
    const [rows, columns] = map.shape;
    state.row = Math.min(state.row, rows - 1);
    state.column = Math.min(state.column, columns - 1);

    paintGrey(canvas, image);
    const [height, width] = axes.map((axis) => axis.before + axis.size + axis.after);
    stage.style.aspectRatio = `${width} / ${height}`;
    Object.assign(canvas.style, {
      left: `${(100 * axes[1].before) / width}%`, width: `${(100 * scene.width) / width}%`,
      top: `${(100 * axes[0].before) / height}%`, height: `${(100 * scene.height) / height}%`,
    });
    put(stage, "aria-label", `${scene.description}, ${scene.height} by ${scene.width} grey pixels, with the pooling window on it`);
    inputTitle.textContent = `Input, ${scene.height} × ${scene.width}`;
    outputTitle.textContent = `Output, ${rows} × ${columns}`;
    output.node.style.setProperty("--columns", columns);
    output.layout(rows, columns);
    output.node.setAttribute("aria-label", `Output, ${rows} rows and ${columns} columns`);
    map.data.forEach((value, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      const cell = output.cell(row, column);
      cell.style.background = greyOf(value);
      cell.classList.toggle("cnn-changed", outputs.changed[at]);
      put(cell, "aria-label", `row ${row + 1}, column ${column + 1}: ${number(value)}${outputs.changed[at] ? ", changed" : ""}`);
    });

    const line = (what, { count: amount, mean }, total) =>
      element("p", {}, `${what}: ${amount} of ${total} changed, by ${mean.toFixed(3)} on average`);
    table.replaceChildren(
      ...(state.shift === 0
        ? [element("p", {}, "Nothing has moved yet. Use the shift slider.")]
        : [
          line("Pixels", pixels, image.data.length),
          line("Outputs", outputs, map.data.length),
          element("p", {}, by === null
            ? "No whole number of columns turns the first output into this one."
            : `The first output, moved by ${count(by, "column")}, is this one.`),
        ]),
    );
    goal.check({
      kind: state.kind, size: state.size, stride: state.stride, padding: state.padding,
      shift: state.shift, changed: outputs.count, moved_by: by,
      output_height: rows, output_width: columns,
    });
    renderPixel();
  }

  /** Everything that depends on the chosen output. */
  function renderPixel() {
    const { row, column } = state;
    const [rows, columns] = axes;
    output.mark(row, column);
    const real = (plan, at) => feeding(plan, at).map(({ input }) => input).filter((input) => isReal(plan, input));
    const down = real(rows, row);
    const right = real(columns, column);
    const values = down.flatMap((r) => right.map((c) => image.data[r * scene.width + c]));
    const value = map.data[row * columns.output + column];
    const won = state.kind === "max" ? values.indexOf(value) : -1;
    const frame = (kind) => shape("rect", {
      class: kind, x: column * state.stride, y: row * state.stride, width: state.size, height: state.size,
    });
    const winner = won < 0 ? null : shape("rect", {
      class: "cnn-tap cnn-here", width: 1, height: 1,
      x: right[won % right.length] + columns.before, y: down[Math.floor(won / right.length)] + rows.before,
    });
    marks.replaceChildren(
      overlay(
        columns.before + columns.size + columns.after, rows.before + rows.size + rows.after,
        ...(winner === null ? [] : [winner]), frame("cnn-halo"), frame("cnn-frame"),
      ),
    );
    const shown = values.map((each) => each.toFixed(2)).join(", ");
    sum.textContent = `${state.kind === "max" ? "max" : "mean"}(${shown}) = ${number(value, 4)}`;
    const padded = state.size * state.size - values.length;
    const cell = output.cell(row, column).classList.contains("cnn-changed");
    live.say(
      `Output row ${row + 1}, column ${column + 1} is ${number(value, 4)}, the ` +
        `${state.kind === "max" ? "largest" : "mean"} of ${count(values.length, "pixel")}` +
        (padded > 0 ? `; ${count(padded, "cell")} of padding ${padded === 1 ? "does" : "do"} not count.` : ".") +
        (state.shift === 0 ? "" : ` The shift has ${cell ? "changed" : "left"} it${cell ? "" : " as it was"}. `) +
        (state.shift === 0 ? "" : table.lastElementChild.textContent),
    );
  }

  const within = (at, axis) => Math.min(Math.max(at, 0), axis.output - 1);
  dragOver(stage, (x, y) => {
    const hold = (share, axis) => {
      const position = share * (axis.before + axis.size + axis.after) - state.size / 2;
      return within(Math.round(position / state.stride), axis);
    };
    playing.stop();
    choose(hold(y, axes[0]), hold(x, axes[1]));
  });
  dragOver(output.node, (x, y, event) => {
    playing.stop();
    choose(Math.floor(y * axes[0].output), Math.floor(x * axes[1].output));
    if (event.type === "pointerdown") {
      event.preventDefault();
      output.focus();
    }
  });

  update();
  return element(
    "div", { class: "cnn-figure" },
    goal.node,
    element("div", { class: "cnn-bar" }, kindChoice.node, sizeChoice.node, strideChoice.node, paddingChoice.node),
    shiftSlider.node,
    element(
      "div", { class: "cnn-pair" },
      element("div", {}, inputTitle, stage, sum),
      element("div", {}, outputTitle, output.node, legend),
    ),
    table, live.node,
    element("div", { class: "cnn-bar" }, playing.node, reset),
    help,
  );
}

// The figure "iou": two boxes to move and to resize; what they share, and how that is measured.

import { count, element, number, overlay, put, shape } from "./draw.mjs";
import { button, choice, dragOver, liveText, slider, taskLine } from "./controls.mjs";

const REACH = 0.9; // how near a pointer has to come to a corner to take hold of it, in cells

/** Everything that is measured of two boxes [left, top, right, bottom]. */
export function overlapOf(a, b) {
  const sides = (low, high) => [high[2] - low[0], high[3] - low[1]];
  const area = ([width, height]) => width * height;
  const inner = [...a.slice(0, 2).map((side, axis) => Math.max(side, b[axis])),
    ...a.slice(2).map((side, axis) => Math.min(side, b[axis + 2]))];
  const outer = [...a.slice(0, 2).map((side, axis) => Math.min(side, b[axis])),
    ...a.slice(2).map((side, axis) => Math.max(side, b[axis + 2]))];
  const shared = sides(inner, inner).map((side) => Math.max(side, 0));
  const areas = [area(sides(a, a)), area(sides(b, b))];
  const intersection = area(shared);
  const union = areas[0] + areas[1] - intersection;
  const hull = area(sides(outer, outer));
  const iou = intersection / union;
  return { inner, outer, shared, areas, intersection, union, hull, iou, giou: iou - (hull - union) / hull };
}

/** The box moved by whole cells, as far as the plane of `columns` × `rows` lets it. */
export function moved(box, right, down, columns, rows) {
  const across = Math.min(Math.max(right, -box[0]), columns - box[2]);
  const along = Math.min(Math.max(down, -box[1]), rows - box[3]);
  return [box[0] + across, box[1] + along, box[2] + across, box[3] + along];
}

/** The box with its lower right corner moved; at least one cell of it is left. */
export function resized(box, right, down, columns, rows) {
  const across = Math.min(Math.max(box[2] + right, box[0] + 1), columns);
  const along = Math.min(Math.max(box[3] + down, box[1] + 1), rows);
  return [box[0], box[1], across, along];
}

/**
 * What a pointer at (x, y), in cells, takes hold of: { name, corner }, or null. The chosen box
 * comes first, and a corner before the inside of a box.
 */
export function gripAt(x, y, boxes, chosen) {
  const names = [chosen, chosen === "a" ? "b" : "a"];
  const corner = names.find((name) => Math.hypot(x - boxes[name][2], y - boxes[name][3]) <= REACH);
  if (corner) return { name: corner, corner: true };
  const inside = names.find((name) => {
    const [left, top, right, bottom] = boxes[name];
    return x >= left && x <= right && y >= top && y <= bottom;
  });
  return inside ? { name: inside, corner: false } : null;
}

/** The lines of the calculation. */
export function linesOf({ shared, areas, intersection, union, hull, iou, giou }) {
  const places = (value) => number(value, 3);
  return [
    `Intersection: ${shared[0]} × ${shared[1]} = ${intersection}. Union: ${areas[0]} + ${areas[1]} − ${intersection} = ${union}.`,
    `IoU = ${intersection} / ${union} = ${places(iou)}`,
    `GIoU = ${places(iou)} − (${hull} − ${union}) / ${hull} = ${places(giou)}`,
  ];
}

/** Whether an overlap is enough, in words. */
export function verdictOf({ intersection, union, iou }, threshold) {
  const enough = 100 * intersection >= threshold * union; // whole numbers: no rounding at the edge
  return {
    enough,
    text: `${number(iou, 3)} is ${enough ? "" : "not "}enough for a threshold of ${number(threshold / 100)}: ` +
      `as a detection of A, B would be a ${enough ? "true" : "false"} positive.`,
  };
}

export function mount(id, { plane, settings }) {
  const { columns, rows } = plane;
  const start = structuredClone(settings);
  const state = structuredClone(start);
  let chosen = "b";
  let held = null;

  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);
  const help = element(
    "p", { class: "cnn-help", id: `${id}-help` },
    "Drag a box, or its lower right corner to resize it. On the drawing: arrow keys move the chosen box, " +
      "with Shift they move its lower right corner; Space chooses the other box.",
  );
  const marks = element("div");
  const labels = ["a", "b"].map((name) => element("span", { class: `cnn-name cnn-${name}`, "aria-hidden": "true" }, name.toUpperCase()));
  const stage = element(
    "div",
    { class: "cnn-plane", role: "application", tabindex: "0", "aria-roledescription": "two boxes", "aria-describedby": help.id },
    marks, ...labels,
  );
  stage.style.aspectRatio = `${columns} / ${rows}`;
  stage.style.setProperty("--columns", columns);
  stage.style.setProperty("--rows", rows);
  const formula = element("div", { class: "cnn-formula", role: "group", "aria-label": "The calculation" });
  const boxChoice = choice(`${id}-box`, "Chosen box", [["a", "A, the object"], ["b", "B, the detection"]], chosen, (name) => {
    chosen = name;
    update();
  });
  const thresholdSlider = slider(`${id}-threshold`, "Threshold, %", 1, 100, state.threshold, (value) => {
    state.threshold = value;
    update();
  });
  const reset = button("Start again", () => {
    Object.assign(state, structuredClone(start));
    thresholdSlider.set(state.threshold);
    update();
  });

  function choose(name) {
    chosen = name;
    boxChoice.set(name);
  }

  function change(how, right, down) {
    state[chosen] = how(state[chosen], right, down, columns, rows);
    update();
  }

  stage.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === " ") {
      choose(chosen === "a" ? "b" : "a");
      update();
    } else if (Object.hasOwn(steps, event.key)) {
      change(event.shiftKey ? resized : moved, ...steps[event.key]);
    } else {
      return;
    }
    event.preventDefault();
  });
  dragOver(stage, (x, y, event) => {
    const at = [x * columns, y * rows];
    if (event.type === "pointerdown") {
      const grip = gripAt(...at, state, chosen);
      held = grip && { ...grip, at, box: state[grip.name] };
      if (grip) choose(grip.name);
      event.preventDefault();
      stage.focus({ preventScroll: true });
    }
    if (held === null) return;
    state[held.name] = held.box;
    change(held.corner ? resized : moved, Math.round(at[0] - held.at[0]), Math.round(at[1] - held.at[1]));
  });

  function update() {
    const found = overlapOf(state.a, state.b);
    const verdict = verdictOf(found, state.threshold);
    const rectangle = ([left, top, right, bottom], kind) => shape("rect", {
      class: kind, x: left, y: top, width: right - left, height: bottom - top,
    });
    const corner = state[chosen];
    marks.replaceChildren(overlay(
      columns, rows,
      rectangle(found.outer, "cnn-hull"), rectangle(state.a, "cnn-a"), rectangle(state.b, "cnn-b"),
      found.intersection > 0 ? rectangle(found.inner, "cnn-shared") : null,
      rectangle([corner[2] - 0.3, corner[3] - 0.3, corner[2] + 0.3, corner[3] + 0.3], `cnn-corner cnn-${chosen}`),
    ));
    ["a", "b"].forEach((name, index) => {
      labels[index].style.left = `${(100 * state[name][0]) / columns}%`;
      labels[index].style.top = `${(100 * state[name][1]) / rows}%`;
    });
    const told = (name) => `${name.toUpperCase()} from (${state[name][0]}, ${state[name][1]}) to (${state[name][2]}, ${state[name][3]})`;
    put(stage, "aria-label", `Box ${told("a")}, box ${told("b")}; ${chosen.toUpperCase()} is chosen`);
    formula.replaceChildren(...linesOf(found).map((line) => element("p", {}, line)));
    live.say(
      `${told(chosen)}. The boxes share ${count(found.intersection, "cell")}: IoU ${number(found.iou, 3)}, ` +
        `GIoU ${number(found.giou, 3)}. ${verdict.text}`,
    );
    goal.check({
      iou: found.iou, giou: found.giou, intersection: found.intersection, union: found.union,
      hull: found.hull, enough: verdict.enough ? "yes" : "no",
    });
  }

  update();
  return element(
    "div", { class: "cnn-figure" },
    goal.node,
    element("div", { class: "cnn-bar" }, boxChoice.node, thresholdSlider.node),
    stage, formula, live.node,
    element("div", { class: "cnn-bar" }, reset),
    help,
  );
}

// The figure "grad_cam": heat maps of classes and layers over pictures.

import { bytesOf, colourOf, coverOf, energyIn, enlarged, shareOf, tinted } from "./heat.mjs";
import { element, listed, number, overlay, put } from "./draw.mjs";
import { button, choice, liveText, select, slider, taskLine } from "./controls.mjs";
import { gallery, outlined, stage } from "./pictures.mjs";

/** One map of a layer in the size of its picture, and the highest value of all classes' there. */
export function heatOf({ pictures, classes }, { height, width, tops, bytes }, picture, label) {
  const first = picture * classes.length;
  const size = height * width;
  const top = tops[first + label];
  const values = Array.from(bytes.subarray((first + label) * size, (first + label + 1) * size), (value) => (value / 255) * top);
  const { height: tall, width: wide } = pictures[picture];
  return {
    heat: enlarged(values, [height, width], [tall, wide]),
    top, highest: Math.max(...tops.slice(first, first + classes.length)),
  };
}

/** The class with the highest probability, the first one of equals. */
export function predictedOf(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** The boxes that a map of class `label` is held to: those of the class, or all if there is none. */
export function boxesFor(objects, picture, label) {
  const here = objects.filter(([at]) => at === picture);
  const own = here.filter(([, is]) => is === label);
  const chosen = own.length > 0 ? own : here;
  return { here, own: own.length > 0, boxes: chosen.map(([, , ...box]) => box) };
}

/** All numbers of one map. */
export function lookAt(scene, layer, { picture, label }) {
  const { height, width } = scene.pictures[picture];
  const found = heatOf(scene, layer, picture, label);
  const { boxes, own } = boxesFor(scene.objects, picture, label);
  const cover = boxes.length === 0 ? null : coverOf(boxes, [height, width]);
  return {
    ...found, own,
    energy: cover && energyIn(found.heat, cover), area: cover && shareOf(cover),
    predicted: predictedOf(scene.probabilities[picture]),
    probability: scene.probabilities[picture][label],
  };
}

/** In words, what the map says. */
export function heatSentence({ classes, objects }, { picture, label, layer }, { top, own, energy, area, probability }) {
  const name = classes[label];
  const first = `The network gives ${name} a probability of ${number(probability, 3)}.`;
  if (top === 0) return `${first} In ${layer} nothing speaks for it: the map is 0 everywhere.`;
  if (energy === null) return `${first} The map shows what speaks for it in ${layer}.`;
  const one = boxesFor(objects, picture, label).boxes.length === 1;
  const [box, fills] = one ? ["box", "fills"] : ["boxes", "fill"];
  const where = own ? `the ${box} of ${name}` : `the ${box} of what is there in truth`;
  return `${first} Of the heat in ${layer}, ${percent(energy)} lies in ${where}; the ${box} ${fills} ${percent(area)} of the picture.`;
}

function percent(share) {
  return `${number(100 * share, 1)}%`;
}

export function mount(id, { scene: packed, settings }) {
  const scene = {
    ...packed,
    layers: packed.layers.map(({ bytes, ...layer }) => ({ ...layer, bytes: bytesOf(bytes) })),
  };
  const initial = { ...structuredClone(settings), label: scene.classes.indexOf(settings.class_name) };
  const state = structuredClone(initial);
  const names = scene.layers.map(({ name }) => name);

  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);
  const large = stage();
  const canvas = element("canvas", { "aria-hidden": "true" });
  const title = element("p", { class: "cnn-title" });
  const change = (name) => (value) => {
    state[name] = value;
    update();
  };
  const classList = probabilityList(`${id}-class`, scene.classes, state.label, change("label"));
  const layerSelect = select(`${id}-layer`, "Layer", names.map((name) => [name, name]), state.layer, change("layer"));
  const scaleChoice = choice(`${id}-scale`, "Full colour is the highest value of", [["own", "this map"], ["shared", "all classes"]], state.scale, change("scale"));
  const opacitySlider = slider(`${id}-opacity`, "Opacity, %", 0, 100, state.opacity, change("opacity"));
  const small = gallery(`${id}-picture`, scene.pictures, state.picture, change("picture"));
  const reset = button("Start again", () => {
    Object.assign(state, structuredClone(initial));
    classList.set(state.label);
    layerSelect.set(state.layer);
    scaleChoice.set(state.scale);
    opacitySlider.set(state.opacity);
    small.set(state.picture);
    update();
  });
  const colours = [0, 0.25, 0.5, 0.75, 1].map((value) => `rgb(${colourOf(value).map(Math.round).join(" ")})`);
  const ramp = element("span", { class: "cnn-ramp", "aria-hidden": "true" });
  ramp.style.background = `linear-gradient(to right, ${colours.join(", ")})`;

  /** "daisy (0.91)", and what there is in truth. */
  function verdict(picture) {
    const at = predictedOf(scene.probabilities[picture]);
    const truth = [...new Set(boxesFor(scene.objects, picture, -1).here.map(([, label]) => scene.classes[label]))];
    return `predicted ${scene.classes[at]} (${number(scene.probabilities[picture][at], 2)})${truth.length > 0 ? `, in truth ${listed(truth)}` : ""}`;
  }

  function update() {
    const { picture, label } = state;
    const { width, height } = scene.pictures[picture];
    const found = lookAt(scene, scene.layers[names.indexOf(state.layer)], state);
    canvas.width = width;
    canvas.height = height;
    const highest = state.scale === "own" ? found.top : found.highest;
    canvas.getContext("2d").putImageData(new ImageData(tinted(found.heat, highest, state.opacity / 100), width, height), 0, 0);
    const { here } = boxesFor(scene.objects, picture, label);
    large.show(
      scene.pictures[picture],
      `Picture ${picture + 1} of ${scene.pictures.length} below the heat map of ${scene.classes[label]} in ${state.layer}; ${verdict(picture)}`,
      canvas,
      overlay(width, height, ...here.map(([, is, ...box]) => outlined(box, is === label ? "cnn-own" : "cnn-other"))),
    );
    title.textContent = `Picture ${picture + 1}: ${verdict(picture)}`;
    classList.show(scene.probabilities[picture]);
    live.say(heatSentence(scene, state, found));
    goal.check({
      picture, class_name: scene.classes[label], layer: state.layer, opacity: state.opacity, scale: state.scale,
      predicted: scene.classes[found.predicted], probability: found.probability, energy: found.energy, area: found.area,
    });
  }

  scene.pictures.forEach((_, at) => small.mark(at, `${at + 1}: ${verdict(at)}`));
  update();
  const boxed = scene.objects.length > 0
    ? " Solid white boxes are true ones of the chosen class, dashed ones those of other classes. Heat that is " +
      "spread evenly puts into a box the share of the picture that the box fills."
    : "";
  return element(
    "div", { class: "cnn-figure" },
    goal.node, title,
    element(
      "div", { class: "cnn-pair" },
      element("div", {}, large.node, element("div", { class: "cnn-legend" }, "0", ramp, "full colour"), opacitySlider.node),
      element("div", { class: "cnn-side" }, classList.node, layerSelect.node),
    ),
    live.node, small.node,
    element("div", { class: "cnn-bar" }, scaleChoice.node, reset),
    element(
      "p", { class: "cnn-help" },
      "Choose a class to see which places speak for it, whether it is the predicted one or not. A map is as " +
        `coarse as its layer, and is enlarged to the picture.${boxed}`,
    ),
  );
}

/** Radio buttons, one a class, each with its probability as a number and as a bar. */
function probabilityList(id, names, value, onChange) {
  const rows = names.map((name, at) => {
    const input = element("input", { type: "radio", name: id, value: at, checked: at === value, change: () => onChange(at) });
    const shown = element("output", {});
    const bar = element("i", { "aria-hidden": "true" });
    return { input, shown, bar, node: element("label", {}, input, element("span", {}, bar, element("b", {}, name), shown)) };
  });
  return {
    node: element(
      "fieldset", { class: "cnn-classes" },
      element("legend", {}, "Class and its probability"), element("div", {}, ...rows.map(({ node }) => node)),
    ),
    set: (at) => {
      rows[at].input.checked = true;
    },
    show: (probabilities) => rows.forEach(({ input, shown, bar }, at) => {
      shown.textContent = number(probabilities[at], 3);
      bar.style.width = `${100 * probabilities[at]}%`;
      put(input, "aria-label", `${names[at]}, probability ${number(probabilities[at], 3)}`);
    }),
  };
}

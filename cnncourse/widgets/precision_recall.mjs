// The figure "precision_recall": a detector's boxes on pictures, the curve, and its averages.

import { averagePrecisionOf, curveOf, envelopeOf, meanOf, placesOf, shownOf, unpacked } from "./scoring.mjs";
import { count, element, number, overlay, put, shape } from "./draw.mjs";
import { button, choice, liveText, select, slider, taskLine } from "./controls.mjs";
import { gallery, outlined, stage } from "./pictures.mjs";

const METHODS = { voc07: "VOC 2007, 11 points", voc10: "VOC 2010, whole area", coco: "COCO, 101 points" };
const KINDS = { true: "true positive", false: "false positive", duplicate: "duplicate" };
const PLOT = { left: 52, top: 12, width: 292, height: 230 };

/** Everything that the figure tells about one class: the curve, what is shown of it, averages. */
export function judged(scene, { label, score, iou, rule }) {
  const every = scene.classes.map((_, at) => curveOf(scene, at, iou / 100, rule));
  const averages = Object.keys(METHODS).map((method) => {
    const values = every.map((each) => averagePrecisionOf(each, method));
    return { method, own: values[label], mean: meanOf(values) };
  });
  return { curve: every[label], averages, ...shownOf(every[label], score / 100) };
}

/** Precision and recall written out. */
export function shareLines({ right, kept, curve, precision, recall }) {
  const share = (value, below) => (value === null ? `${right} / 0, not defined` : `${right} / ${below} = ${number(value, 3)}`);
  return [
    `Precision = true positives / shown = ${share(precision, kept.length)}`,
    `Recall = true positives / objects = ${share(recall, curve.objects.length)}`,
  ];
}

/** In words, what the detector does with a class over all pictures. */
export function scoreSentence({ right, wrong, duplicates, missed, curve }, name, score, iou) {
  const doubled = duplicates > 0 ? `, ${duplicates} of them ${duplicates === 1 ? "a duplicate" : "duplicates"}` : "";
  return `Of class ${name}, scores of at least ${number(score / 100)} show ${count(right + wrong, "detection")} in all pictures. ` +
    `At an IoU of ${number(iou / 100)}: ${count(right, "true positive")}, ${count(wrong, "false positive")}${doubled}; ` +
    `${missed.length} of ${count(curve.objects.length, "object")} missed.`;
}

/** In words, what became of one detection. */
export function matchSentence({ kind, score, iou }) {
  const overlap = `IoU ${number(iou, 3)}`;
  const ends = { true: overlap, duplicate: `${overlap} with an object that is found already`, false: `${overlap}, not enough` };
  const why = iou > 0 ? ends[kind] : "it touches no object of its class";
  return `score ${number(score, 3)}, ${KINDS[kind]}: ${why}`;
}

export function mount(id, { scene, settings }) {
  const view = { ...scene, ...unpacked(scene) };
  const initial = { ...structuredClone(settings), label: scene.classes.indexOf(settings.class_name) };
  const state = structuredClone(initial);

  const live = liveText();
  const goal = taskLine(settings.task, settings.goal);
  const large = stage();
  const plot = element("div", { class: "cnn-plot", role: "img" });
  const entries = element("ul", { class: "cnn-matches" });
  const shares = element("div", { class: "cnn-formula cnn-shares", role: "group", "aria-label": "Precision and recall" });
  const table = element("table", { class: "cnn-table" });
  const change = (name) => (value) => {
    state[name] = value;
    update();
  };
  const classSelect = select(
    `${id}-class`, "Class", scene.classes.map((name, at) => [String(at), name]), String(state.label),
    (key) => change("label")(Number(key)),
  );
  const ruleChoice = choice(`${id}-rule`, "Matching", [["coco", "COCO: best object left"], ["voc", "VOC: best object only"]], state.rule, change("rule"));
  const averageChoice = choice(`${id}-average`, "Draw the average of", [["voc07", "VOC 2007"], ["voc10", "VOC 2010"], ["coco", "COCO"]], state.average, change("average"));
  const scoreSlider = slider(`${id}-score`, "Least score, %", 0, 100, state.score, change("score"));
  const iouSlider = slider(`${id}-iou`, "Least IoU, %", 1, 100, state.iou, change("iou"));
  const small = gallery(`${id}-picture`, scene.pictures, state.picture, change("picture"));
  const reset = button("Start again", () => {
    Object.assign(state, structuredClone(initial));
    classSelect.set(String(state.label));
    ruleChoice.set(state.rule);
    averageChoice.set(state.average);
    scoreSlider.set(state.score);
    iouSlider.set(state.iou);
    small.set(state.picture);
    update();
  });

  // ---- pictures ----------------------------------------------------------------------------

  function drawnOn(at, found) {
    const missed = new Set(found.missed);
    const objects = found.curve.objects.filter((row) => view.objects[row].picture === at);
    return {
      objects,
      missed: objects.filter((row) => missed.has(row)),
      kept: found.kept.filter(({ picture }) => picture === at),
      shapes: () => [
        ...objects.map((row) => outlined(view.objects[row].box, missed.has(row) ? "cnn-missed" : "cnn-found")),
        ...found.kept.filter(({ picture }) => picture === at).map(({ box, kind }) => outlined(box, `cnn-${kind}`)),
      ],
    };
  }

  function told({ kept, missed, objects }) {
    const right = objects.length - missed.length;
    return `${count(right, "true positive")}, ${count(kept.length - right, "false positive")}, ${missed.length} of ${count(objects.length, "object")} missed`;
  }

  function updatePictures(found) {
    scene.pictures.forEach((_, at) => {
      const drawn = drawnOn(at, found);
      small.mark(at, `${at + 1}: ${told(drawn)}`, ...drawn.shapes());
    });
    const { width, height } = scene.pictures[state.picture];
    const drawn = drawnOn(state.picture, found);
    // Each kind has a corner of its own: a duplicate lies almost on the box that it repeats.
    const tag = ([left, top, across, along], text, kind) => {
      const chip = element("span", { class: `cnn-chip cnn-${kind}`, "aria-hidden": "true" }, text);
      const [right, down] = { true: [0, 0], false: [1, 0], duplicate: [1, 1], missed: [0, 1] }[kind];
      const percent = (share) => `${(100 * Math.min(Math.max(share, 0), 1)).toFixed(2)}%`;
      chip.style.left = percent((left + right * across) / width);
      chip.style.top = percent((top + down * along) / height);
      chip.style.transform = `translate(${-100 * right}%, ${-100 * down}%)`;
      return chip;
    };
    large.show(
      scene.pictures[state.picture], `Picture ${state.picture + 1} of ${scene.pictures.length}: ${told(drawn)}`,
      overlay(width, height, ...drawn.shapes()),
      ...drawn.missed.map((row) => tag(view.objects[row].box, "?", "missed")),
      ...drawn.kept.map(({ box, kind }, at) => tag(box, String(at + 1), kind)),
    );
    const line = (mark, kind, text) => element(
      "li", {}, element("span", { class: `cnn-chip cnn-${kind}`, "aria-hidden": "true" }, mark), element("span", {}, text),
    );
    const lines = [
      ...drawn.kept.map((entry, at) => line(String(at + 1), entry.kind, matchSentence(entry))),
      ...drawn.missed.map(() => line("?", "missed", "missed object")),
    ];
    const none = element("li", {}, "Nothing of this class is here, and nothing is reported.");
    entries.replaceChildren(...(lines.length > 0 ? lines : [none]));
  }

  // ---- curve and averages --------------------------------------------------------------------

  function updatePlot({ curve, recall, precision, kept }) {
    const { left, top, width, height } = PLOT;
    const x = (value) => left + width * value;
    const y = (value) => top + height * (1 - value);
    const text = (across, along, words, anchor = "middle") => shape("text", { x: across, y: along, "text-anchor": anchor }, words);
    const drawn = [];
    if (curve.objects.length > 0 && curve.points.length > 0) {
      const best = envelopeOf(curve.points);
      const steps = curve.points.map(({ recall: at }, index) => `L${x(index === 0 ? 0 : curve.points[index - 1].recall)} ${y(best[index])}L${x(at)} ${y(best[index])}`);
      drawn.push(shape("path", { class: "cnn-area", d: `M${x(0)} ${y(0)}${steps.join("")}L${x(curve.points.at(-1).recall)} ${y(0)}Z` }));
      drawn.push(shape("path", { class: "cnn-line", d: `M${curve.points.map((point) => `${x(point.recall)} ${y(point.precision)}`).join("L")}` }));
    }
    if (curve.objects.length > 0 && state.average !== "voc10") {
      const size = state.average === "voc07" ? 4 : 2;
      drawn.push(...placesOf(curve, state.average).map((place) => shape("circle", { class: "cnn-place", cx: x(place.recall), cy: y(place.precision), r: size })));
    }
    if (recall !== null && precision !== null) drawn.push(shape("circle", { class: "cnn-now", cx: x(recall), cy: y(precision), r: 7 }));
    plot.replaceChildren(shape(
      "svg", { viewBox: "0 0 360 292", "aria-hidden": "true" },
      ...[0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
        shape("path", { class: "cnn-rule", d: `M${x(value)} ${y(0)}V${y(1)}M${x(0)} ${y(value)}H${x(1)}` }),
        text(x(value), y(0) + 18, number(value)), text(left - 8, y(value) + 4, number(value), "end"),
      ]),
      text(x(0.5), y(0) + 40, "recall"),
      shape("text", { transform: `translate(12 ${y(0.5)}) rotate(-90)`, "text-anchor": "middle" }, "precision"),
      ...drawn,
    ));
    const now = recall === null || precision === null ? "There is no present point" : `The present point is at recall ${number(recall, 3)}, precision ${number(precision, 3)}`;
    put(plot, "aria-label", `Precision over recall of class ${scene.classes[state.label]}, ${count(curve.points.length, "detection")} by falling score. ${now}, after the best ${kept.length}.`);
  }

  function updateTable({ averages }) {
    const cell = (value) => element("td", {}, value === null ? "not defined" : value.toFixed(3));
    const head = (text, scope) => element("th", { scope }, text);
    table.replaceChildren(
      element("caption", {}, `Average precision at an IoU of ${number(state.iou / 100)}; the score slider does not change it`),
      element("thead", {}, element("tr", {}, head("Convention", "col"), head(`AP, ${scene.classes[state.label]}`, "col"), head("mAP, all classes", "col"))),
      element("tbody", {}, ...averages.map(({ method, own, mean }) => element("tr", {}, head(METHODS[method], "row"), cell(own), cell(mean)))),
    );
  }

  function update() {
    const found = judged(view, state);
    const name = scene.classes[state.label];
    updatePictures(found);
    updatePlot(found);
    updateTable(found);
    shares.replaceChildren(...shareLines(found).map((line) => element("p", {}, line)));
    live.say(scoreSentence(found, name, state.score, state.iou));
    const { right, wrong, duplicates, missed, precision, recall, averages } = found;
    goal.check({
      class_name: name, score: state.score, iou: state.iou, rule: state.rule,
      true_positives: right, false_positives: wrong, duplicates, missed: missed.length, precision, recall,
      ...Object.fromEntries(averages.flatMap(({ method, own, mean }) => [[`ap_${method}`, own], [`mean_ap_${method}`, mean]])),
    });
  }

  update();
  return element(
    "div", { class: "cnn-figure" },
    goal.node,
    element("div", { class: "cnn-bar" }, classSelect.node, ruleChoice.node),
    element("div", { class: "cnn-sliders" }, scoreSlider.node, iouSlider.node),
    element("div", { class: "cnn-pair" }, large.node, plot),
    small.node, live.node,
    element("div", { class: "cnn-pair" }, element("div", {}, element("p", { class: "cnn-title" }, "In this picture"), entries), shares),
    averageChoice.node, table,
    element("div", { class: "cnn-bar" }, reset),
    element(
      "p", { class: "cnn-help" },
      "Green boxes are true positives, dashed red ones false positives, dotted orange ones duplicates: a better " +
        "box has taken their object already. White dash-dotted boxes are objects that are missed, thin white ones " +
        "objects that are found. The line of the plot goes from the best detection to the last; the shade is the " +
        "best precision at each recall or beyond, of which the averages are made.",
    ),
  );
}

// How good a detector's boxes are: matches, the curve, and its averages. No document in here.
//
// Boxes are [left, top, width, height]. Every number is calculated in the order in which
// `cnncourse.metrics` does it, because the last bit decides whether an overlap is enough.

const NEARLY_ONE = 1 - 1e-10; // a threshold of 1 asks for the same box, but for rounding
const LEVELS = {
  voc07: Array.from({ length: 11 }, (_, at) => at / 10),
  coco: Array.from({ length: 101 }, (_, at) => at * 0.01),
};

/** Rows of numbers as objects and detections with names. */
export function unpacked({ objects, detections }) {
  return {
    objects: objects.map(([picture, label, ...box]) => ({ picture, label, box })),
    detections: detections.map(([picture, label, score, ...box]) => ({ picture, label, score, box })),
  };
}

/** The IoU of a detection and an object. */
export function iouOf(detection, object) {
  const [x, y, width, height] = detection;
  const [left, top, across, along] = object;
  const right = Math.min(x + width, left + across) - Math.max(x, left);
  const down = Math.min(y + height, top + along) - Math.max(y, top);
  if (!(right > 0 && down > 0)) return 0;
  const shared = right * down;
  return shared / (width * height + across * along - shared);
}

/**
 * Match detections of one class in one picture, the best first. Rule "coco": each takes the object
 * it overlaps most with among those that are left (of equals the last). Rule "voc": each may only
 * take the one it overlaps most with (of equals the first). Returns for each: its `kind` ("true",
 * "duplicate" of an object that is taken, or "false"), the `object` that this is about, or -1, and
 * the `iou` with it; of a false one the largest there is.
 */
export function matchBoxes(objects, detections, threshold, rule) {
  const enough = Math.min(threshold, NEARLY_ONE);
  const free = objects.map(() => true);
  return detections.map((detection) => {
    const overlaps = objects.map((object) => iouOf(detection, object));
    const near = [...overlaps.keys()].filter((at) => overlaps[at] >= enough);
    near.sort((one, other) => overlaps[other] - overlaps[one] || (rule === "voc" ? one - other : other - one));
    const asked = rule === "voc" ? near.slice(0, 1) : near;
    const taken = asked.find((at) => free[at]) ?? -1;
    if (taken >= 0) {
      free[taken] = false;
      return { kind: "true", object: taken, iou: overlaps[taken] };
    }
    if (near.length > 0) return { kind: "duplicate", object: near[0], iou: overlaps[near[0]] };
    return { kind: "false", object: -1, iou: Math.max(0, ...overlaps) };
  });
}

/**
 * The detections of one class over all pictures by falling score, each with its match (`object`
 * now counts in `scene.objects`), and the curve after the best one, the best two, and so on.
 */
export function curveOf(scene, label, threshold, rule) {
  const mine = (rows) => [...rows.keys()].filter((row) => rows[row].label === label);
  const objects = mine(scene.objects);
  const order = mine(scene.detections).sort((one, other) => scene.detections[other].score - scene.detections[one].score);
  const matches = new Map();
  for (const picture of new Set(order.map((row) => scene.detections[row].picture))) {
    const here = objects.filter((row) => scene.objects[row].picture === picture);
    const found = order.filter((row) => scene.detections[row].picture === picture);
    const boxes = (rows, from) => rows.map((row) => from[row].box);
    matchBoxes(boxes(here, scene.objects), boxes(found, scene.detections), threshold, rule).forEach((match, at) => {
      matches.set(found[at], { ...match, object: match.object < 0 ? -1 : here[match.object] });
    });
  }
  const entries = order.map((row) => ({ row, ...scene.detections[row], ...matches.get(row) }));
  let hits = 0;
  const points = entries.map(({ kind }, at) => {
    hits += kind === "true" ? 1 : 0;
    return { recall: objects.length === 0 ? null : hits / objects.length, precision: hits / (at + 1) };
  });
  return { label, objects, entries, points };
}

/** For each point of a curve the highest precision at its recall or beyond. */
export function envelopeOf(points) {
  const best = points.map(({ precision }) => precision);
  for (let at = best.length - 2; at >= 0; at -= 1) best[at] = Math.max(best[at], best[at + 1]);
  return best;
}

/** The places { recall, precision } whose mean the conventions "voc07" and "coco" take. */
export function placesOf({ points }, method) {
  const best = envelopeOf(points);
  return LEVELS[method].map((recall) => {
    const at = points.findIndex((point) => point.recall >= recall);
    return { recall, precision: at < 0 ? 0 : best[at] };
  });
}

/** The average precision of a curve: "voc07", "voc10" or "coco"; null if there is no object. */
export function averagePrecisionOf(curve, method) {
  const { objects, points } = curve;
  if (objects.length === 0) return null;
  if (method === "voc10") {
    const best = envelopeOf(points);
    return points.reduce((sum, { recall }, at) => sum + (recall - (at === 0 ? 0 : points[at - 1].recall)) * best[at], 0);
  }
  const places = placesOf(curve, method);
  return places.reduce((sum, { precision }) => sum + precision, 0) / places.length;
}

/** The mean of what is measured; null if nothing is. */
export function meanOf(values) {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** What is left of a curve where detections below the score `least` are not shown. */
export function shownOf({ objects, entries, points }, least) {
  const kept = entries.filter(({ score }) => score >= least);
  const count = (kind) => kept.filter((entry) => entry.kind === kind).length;
  const found = new Set(kept.filter(({ kind }) => kind === "true").map(({ object }) => object));
  const right = count("true");
  return {
    kept,
    missed: objects.filter((row) => !found.has(row)),
    right,
    wrong: kept.length - right,
    duplicates: count("duplicate"),
    precision: kept.length === 0 ? null : points[kept.length - 1].precision,
    recall: objects.length === 0 ? null : right / objects.length,
  };
}

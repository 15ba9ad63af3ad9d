// What the numbers of "precision_recall" answer to the golden cases, in Node and in Chromium.

const METHODS = ["voc07", "voc10", "coco"];

/** One plain answer per case. */
export function answers(core, cases) {
  return cases.map(({ iou, least, rule, classes, ...rows }) => {
    const scene = core.unpacked(rows);
    const curves = Array.from({ length: classes }, (_, label) => core.curveOf(scene, label, iou / 100, rule));
    const told = curves.map((curve) => {
      const { right, wrong, missed, duplicates } = core.shownOf(curve, least / 100);
      return {
        rows: curve.entries.map(({ row }) => row),
        hits: curve.entries.map(({ kind }) => kind === "true"),
        recall: curve.objects.length === 0 ? null : curve.points.map(({ recall }) => recall),
        precision: curve.points.map(({ precision }) => precision),
        averages: METHODS.map((method) => core.averagePrecisionOf(curve, method)),
        right, wrong, missed: missed.length, duplicates,
      };
    });
    const means = METHODS.map((_, at) => core.meanOf(told.map(({ averages }) => averages[at])));
    return { classes: told, means };
  });
}

// What the numbers of "grad_cam" answer to the golden cases, in Node and in Chromium.

function answer(core, { kind, values, size, to, boxes, highest, strength, text }) {
  if (kind === "bytes") return { bytes: Array.from(core.bytesOf(text)) };
  if (kind === "tint") return { pixels: Array.from(core.tinted(Float64Array.from(values), highest, strength)) };
  if (kind === "enlarge") return { values: Array.from(core.enlarged(values, size, to)) };
  const cover = core.coverOf(boxes, size);
  return { energy: core.energyIn(Float64Array.from(values), cover), area: core.shareOf(cover) };
}

/** One plain answer per case; one that fails answers with its words. */
export function answers(core, cases) {
  return cases.map((question) => {
    try {
      return answer(core, question);
    } catch (error) {
      return { error: error.message };
    }
  });
}

// The numbers of heat maps: enlarging, colours, and what lies inside of boxes. No document in here.

// From dark violet over orange to pale yellow: light rises all the way, so it also reads in grey.
const RAMP = [[59, 15, 112], [184, 54, 97], [250, 140, 36], [252, 245, 179]];

/** The bytes of a base64 text. */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** For each cell of the longer axis: two cells of the shorter one, and the share of the second. */
function between(from, to) {
  return Array.from({ length: to }, (_, cell) => {
    // The middle of a cell of the one lies over the middle of a cell of the other.
    const place = Math.min(Math.max(((cell + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(place);
    return [low, Math.min(low + 1, from - 1), place - low];
  });
}

/** A map of `height` × `width` values in another size, bilinearly. */
export function enlarged(values, [height, width], [tall, wide]) {
  const rows = between(height, tall);
  const columns = between(width, wide);
  const out = new Float64Array(tall * wide);
  rows.forEach(([top, bottom, down], row) => columns.forEach(([left, right, across], column) => {
    const upper = values[top * width + left] * (1 - across) + values[top * width + right] * across;
    const lower = values[bottom * width + left] * (1 - across) + values[bottom * width + right] * across;
    out[row * wide + column] = upper * (1 - down) + lower * down;
  }));
  return out;
}

/** How much of each pixel lies in boxes [left, top, width, height]: 0 to 1. */
export function coverOf(boxes, [tall, wide]) {
  const cover = new Float64Array(tall * wide);
  const shares = (length, from, to) =>
    Array.from({ length }, (_, cell) => Math.min(Math.max(Math.min(cell + 1, to) - Math.max(cell, from), 0), 1));
  for (const [left, top, width, height] of boxes) {
    const rows = shares(tall, top, top + height);
    const columns = shares(wide, left, left + width);
    rows.forEach((down, row) => columns.forEach((across, column) => {
      const at = row * wide + column;
      cover[at] = Math.min(cover[at] + down * across, 1);
    }));
  }
  return cover;
}

/** The share of the heat that lies where `cover` is; 0 of a map that is 0 everywhere. */
export function energyIn(heat, cover) {
  const total = heat.reduce((sum, value) => sum + value, 0);
  return total === 0 ? 0 : heat.reduce((sum, value, at) => sum + value * cover[at], 0) / total;
}

/** The share of the picture that `cover` takes: what a map gets that is equal everywhere. */
export function shareOf(cover) {
  return cover.reduce((sum, value) => sum + value, 0) / cover.length;
}

/** The colour of a value from 0 to 1, as three numbers from 0 to 255. */
export function colourOf(value) {
  const place = Math.min(Math.max(value, 0), 1) * (RAMP.length - 1);
  const low = Math.min(Math.floor(place), RAMP.length - 2);
  return RAMP[low].map((channel, at) => channel + (place - low) * (RAMP[low + 1][at] - channel));
}

/**
 * The heat as pixels (red, green, blue, opacity) to lay over a picture: where it is 0 the picture
 * is left as it is; where it reaches `highest`, the share `strength` of it is covered.
 */
export function tinted(heat, highest, strength) {
  const pixels = new Uint8ClampedArray(4 * heat.length);
  heat.forEach((value, at) => {
    const share = highest === 0 ? 0 : Math.min(value / highest, 1);
    pixels.set([...colourOf(share), 255 * strength * share], 4 * at);
  });
  return pixels;
}

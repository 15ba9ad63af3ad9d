// Elements, numbers as text, colours: what every figure draws with.

const SVG = "http://www.w3.org/2000/svg";
const FOCUSABLE = ["button", "input", "select"];

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** An HTML element; attributes that are functions become listeners. */
export function element(tag, attributes = {}, ...children) {
  const node = fill(document.createElement(tag), attributes, children);
  // In JupyterLab's command mode letters are commands ("x" cuts the cell). It looks for this
  // attribute on the element that has the focus before it looks at anything around it.
  if (FOCUSABLE.includes(tag) || "tabindex" in attributes) {
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  return node;
}

/** An SVG element. */
export function shape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A drawing that fills its parent and stretches `width` × `height` units over it. */
export function overlay(width, height, ...children) {
  return shape(
    "svg",
    { class: "cnn-overlay", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...children,
  );
}

/** Set an attribute only where it changes, so that nothing is announced or painted twice. */
export function put(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** A number as a reader writes it: at most `digits` decimals, none that is empty, a true minus. */
export function number(value, digits = 4) {
  const rounded = Number(value.toFixed(digits));
  return String(rounded === 0 ? 0 : rounded).replace("-", "−");
}

/** "1 cell", "2 cells". */
export function count(amount, noun, plural = `${noun}s`) {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

/** "0", "0 and 1", "0, 1 and 2". */
export function listed(items) {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** The grey of a value from 0 (black) to `top` (white). */
export function greyOf(value, top = 1) {
  const level = Math.round(255 * Math.min(Math.max(value / top, 0), 1));
  return `rgb(${level} ${level} ${level})`;
}

/** Orange below zero, blue above, the page's own ground at zero; follows light and dark by itself. */
export function signedOf(value, limit) {
  const share = limit === 0 ? 0 : Math.min(Math.abs(value) / limit, 1);
  const tint = value < 0 ? "var(--cnn-warm)" : "var(--cnn-accent)";
  return `color-mix(in oklab, ${tint} ${(100 * share).toFixed(1)}%, var(--cnn-paper))`;
}

/** Paint one grey pixel per value; the style sheet enlarges it without smoothing. */
export function paintGrey(canvas, { shape: [height, width], data }) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  data.forEach((value, index) => {
    const level = Math.round(255 * value);
    image.data.set([level, level, level, 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
}

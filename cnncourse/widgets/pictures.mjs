// Pictures that a figure is given: a row of small ones to choose from, and one in large.

import { element, overlay, put, shape } from "./draw.mjs";

function picture({ src, width, height }) {
  return element("img", { src, width, height, alt: "" });
}

/** A box [left, top, width, height] over a picture, with a dark halo that any picture lets see. */
export function outlined([left, top, width, height], kind) {
  const place = { x: left, y: top, width, height };
  return shape("g", { class: kind }, shape("rect", { ...place, class: "cnn-halo" }), shape("rect", place));
}

/**
 * A row of small pictures, one of them chosen. `mark(at, name, …shapes)` draws over the picture
 * `at` and tells a screen reader its `name`.
 */
export function gallery(id, pictures, value, onChange) {
  const inputs = [];
  const overlays = [];
  const labels = pictures.map((each, at) => {
    const input = element("input", {
      type: "radio", name: id, value: at, checked: at === value, change: () => onChange(at),
    });
    const drawing = overlay(each.width, each.height);
    inputs.push(input);
    overlays.push(drawing);
    return element(
      "label", {},
      input, element("span", {}, picture(each), drawing, element("b", { "aria-hidden": "true" }, String(at + 1))),
    );
  });
  return {
    node: element(
      "fieldset", { class: "cnn-gallery" },
      element("legend", {}, "Picture"), element("div", {}, ...labels),
    ),
    set: (at) => {
      inputs[at].checked = true;
    },
    mark: (at, name, ...shapes) => {
      put(inputs[at], "aria-label", name);
      overlays[at].replaceChildren(...shapes);
    },
  };
}

/** One picture in large with what is drawn over it; `show` changes the picture. */
export function stage() {
  const image = element("img", { alt: "" });
  const over = element("div", { class: "cnn-over" });
  const node = element("div", { class: "cnn-stage", role: "img" }, image, over);
  return {
    node,
    over,
    show: ({ src, width, height }, label, ...drawn) => {
      put(image, "src", src);
      node.style.aspectRatio = `${width} / ${height}`;
      put(node, "aria-label", label);
      over.replaceChildren(...drawn);
    },
  };
}

// What a reader touches: choices, sliders, grids one walks through, a player, and the live text.

import { element, put } from "./draw.mjs";

const SPEAK_AFTER = 250; // ms of rest before the live text changes: a held key must not flood it
const PLAY_EVERY = 350; // ms between two steps

/** Bring to life every copy of the figure that still shows its still picture. */
export function start(mount, { id, ...settings }) {
  let copies = document.querySelectorAll(`[data-cnn-copy="${id}"]`).length;
  // The same call made twice gives the same id twice; a second view of an output does, too.
  for (const root of document.querySelectorAll(`[id="${id}"]:not([data-cnn-copy])`)) {
    copies += 1;
    root.dataset.cnnCopy = id;
    if (copies > 1) root.id = `${id}-${copies}`;
    root.querySelector(".cnn-still").replaceWith(mount(root.id, settings));
  }
}

/** A row of radio buttons; `options` lists [value, label]. `set` changes it without an event. */
export function choice(id, legend, options, value, onChange) {
  const inputs = new Map();
  const labels = options.map(([key, text = String(key)]) => {
    const input = element("input", {
      type: "radio", name: id, value: key, checked: key === value, change: () => onChange(key),
    });
    inputs.set(key, input);
    return element("label", {}, input, element("span", {}, text));
  });
  const node = element(
    "fieldset", { class: "cnn-choice" },
    element("legend", {}, legend), element("div", {}, ...labels),
  );
  return {
    node,
    set: (key) => {
      inputs.get(key).checked = true;
    },
    show: (on) => {
      node.hidden = !on;
    },
    enable: (on) => {
      node.disabled = !on;
    },
  };
}

/** A slider over whole numbers with its value in sight. */
export function slider(id, label, minimum, maximum, value, onChange) {
  const shown = element("output", { for: id, "aria-hidden": "true" }, String(value));
  const input = element("input", {
    id, type: "range", min: minimum, max: maximum, step: 1, value,
    input: () => {
      shown.textContent = input.value;
      onChange(Number(input.value));
    },
  });
  const node = element(
    "div", { class: "cnn-slider" },
    element("label", { for: id }, label), shown, input,
  );
  return {
    node,
    set: (next) => {
      input.value = next;
      shown.textContent = String(next);
    },
    limit: (top) => {
      input.max = top;
    },
    enable: (on) => {
      input.disabled = !on;
    },
  };
}

/** A drop-down list; `options` lists [value, label]. `fill` replaces them. */
export function select(id, label, options, value, onChange) {
  const input = element("select", { id, change: () => onChange(input.value) });
  const fill = (choices, key) => {
    input.replaceChildren(...choices.map(([each, text]) => element("option", { value: each }, text)));
    input.value = key;
  };
  fill(options, value);
  return {
    node: element("div", { class: "cnn-select" }, element("label", { for: id }, label), input),
    fill,
    set: (key) => {
      input.value = key;
    },
    enable: (on) => {
      input.disabled = !on;
    },
  };
}

export function button(label, onClick, attributes = {}) {
  return element("button", { type: "button", click: onClick, ...attributes }, label);
}

/**
 * Text that says what the picture shows. It speaks when the reader has come to rest, and keeps
 * quiet while a figure plays.
 */
export function liveText() {
  const node = element("p", { class: "cnn-live", role: "status", "aria-live": "polite" });
  let timer = null;
  let playing = false;
  let latest = "";
  const write = () => {
    if (node.textContent !== latest) node.textContent = latest;
  };
  return {
    node,
    say: (text) => {
      latest = text;
      clearTimeout(timer);
      if (playing || node.textContent === "") write();
      else timer = setTimeout(write, SPEAK_AFTER);
    },
    quiet: (on) => {
      if (on === playing) return;
      playing = on;
      if (on) {
        put(node, "aria-live", "off");
        return;
      }
      put(node, "aria-live", "polite");
      node.textContent = " "; // the same words set again would not be spoken
      clearTimeout(timer);
      timer = setTimeout(write, SPEAK_AFTER);
    },
  };
}

/** What an arrow key means on a grid of `rows` × `columns`: the cell it leads to, or null. */
export function destination(key, control, row, column, rows, columns) {
  const moves = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [control ? 0 : row, 0],
    End: [control ? rows - 1 : row, columns - 1],
    PageUp: [0, column],
    PageDown: [rows - 1, column],
  };
  if (!Object.hasOwn(moves, key)) return null;
  const [r, c] = moves[key];
  return [Math.min(Math.max(r, 0), rows - 1), Math.min(Math.max(c, 0), columns - 1)];
}

/** Call `visit(x, y, event)` with the place, from 0 to 1, where a pointer presses or drags. */
export function dragOver(node, visit, { hover = false } = {}) {
  let down = false;
  const report = (event) => {
    const box = node.getBoundingClientRect();
    const within = (share) => Math.min(Math.max(share, 0), 1 - 1e-9);
    visit(within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height), event);
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    down = true;
    node.setPointerCapture(event.pointerId);
    report(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (down || (hover && event.pointerType === "mouse")) report(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    node.addEventListener(end, () => {
      down = false;
    });
  }
}

/**
 * A grid of cells with one Tab stop: arrow keys, Home, End, Page Up and Page Down walk through it.
 * `onChoose(row, column)` is called for each step; `layout` makes the cells, `mark` moves the stop.
 */
export function cellGrid(label, helpId, onChoose) {
  const node = element("div", { class: "cnn-grid", role: "grid", "aria-label": label, "aria-describedby": helpId });
  let cells = [];
  let current = [0, 0];
  node.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || cells.length === 0) return;
    const next = destination(event.key, event.ctrlKey, ...current, cells.length, cells[0].length);
    if (next === null) return;
    event.preventDefault();
    onChoose(...next);
    cells[current[0]][current[1]].focus({ preventScroll: true });
  });
  // A cell can get the focus by a script or a screen reader, without any key of ours.
  node.addEventListener("focusin", (event) => {
    const row = cells.findIndex((line) => line.includes(event.target));
    if (row < 0) return;
    const column = cells[row].indexOf(event.target);
    onChoose(row, column);
  });
  return {
    node,
    cell: (row, column) => cells[row][column],
    layout: (rows, columns) => {
      if (cells.length === rows && (rows === 0 || cells[0].length === columns)) return;
      const hadFocus = node.contains(document.activeElement);
      cells = Array.from({ length: rows }, () =>
        Array.from({ length: columns }, () => element("div", { role: "gridcell", tabindex: "-1" })),
      );
      node.replaceChildren(...cells.map((line) => element("div", { role: "row" }, ...line)));
      current = [0, 0];
      if (hadFocus && rows > 0) cells[0][0].focus({ preventScroll: true });
    },
    mark: (row, column, chosen = true) => {
      const [r, c] = current;
      put(cells[r][c], "tabindex", "-1");
      put(cells[r][c], "aria-selected", "false");
      current = [row, column];
      put(cells[row][column], "tabindex", "0");
      put(cells[row][column], "aria-selected", String(chosen));
    },
    focus: () => cells[current[0]][current[1]].focus({ preventScroll: true }),
  };
}

/**
 * Step back, play or pause, step on. `move(by)` takes a step and says whether there was one;
 * `rewind` goes to the first cell. Nothing plays until the reader asks for it.
 */
export function player(move, rewind, onPlaying, label = "Move the window") {
  let timer = null;
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    play.textContent = "▶ Play";
    onPlaying(false);
  };
  const play = button("▶ Play", () => {
    if (timer !== null) {
      stop();
      return;
    }
    onPlaying(true);
    play.textContent = "❚❚ Pause";
    if (!move(1)) rewind();
    timer = setInterval(() => {
      // A notebook may throw the figure away, and a reader may leave the page to itself.
      if (!play.isConnected || document.hidden || !move(1)) stop();
    }, PLAY_EVERY);
  }, { class: "cnn-main" });
  const step = (by) => () => {
    stop();
    move(by);
  };
  const node = element(
    "div", { class: "cnn-player", role: "group", "aria-label": label },
    button("◀ Back", step(-1)), play, button("Step ▶", step(1)),
  );
  return { node, stop };
}

/** A task whose `goal` (facts of the figure and their values) the figure confirms when it is reached. */
export function taskLine(task, goal) {
  if (!task) return { node: null, check: () => {} };
  const verdict = element("p", { class: "cnn-verdict", role: "status", "aria-live": "polite" });
  const matches = ([name, wanted], facts) =>
    typeof wanted === "number" && typeof facts[name] === "number"
      ? Math.abs(facts[name] - wanted) < 1e-9
      : facts[name] === wanted;
  return {
    node: element("div", { class: "cnn-task" }, element("p", {}, element("strong", {}, "Try this: "), task), verdict),
    check: (facts) => {
      const reached = Object.entries(goal).every((entry) => matches(entry, facts));
      const text = reached ? "✓ That’s it." : "";
      if (verdict.textContent !== text) verdict.textContent = text;
    },
  };
}

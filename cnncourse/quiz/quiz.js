// Marks one quiz. `data` is declared before this module: the quiz's id, and per question its kind,
// tolerance and variants with keys and feedback. The state lives in the page and ends with it.

const RIGHT = "Right.";
const WRONG = "Not quite.";

/** Reads 80, 1,200, 0.5, 0,5, −3 and 4/9; anything else is NaN. */
function readNumber(text) {
  const parts = text.split("/");
  if (parts.length === 2) return readNumber(parts[0]) / readNumber(parts[1]);
  let digits = text.replace(/[\s_']/g, "").replace(/[−–]/g, "-");
  const grouped = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(digits);
  digits = grouped ? digits.replaceAll(",", "") : digits.replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits) ? Number(digits) : NaN;
}

/** Whether a typed number means `value`: within the tolerance, and rounding of the last bit. */
function means(typed, value, tolerance) {
  return Math.abs(typed - value) <= tolerance + 1e-9 * Math.max(1, Math.abs(value));
}

/** Returns {state: "right" | "wrong" | "empty", html} for what the form holds now. */
function mark(question, variant, form) {
  const inputs = [...form.elements].filter((element) => element.tagName === "INPUT");
  if (question.kind === "number") return markNumber(question, variant, inputs[0]);
  const ticked = inputs.map((input) => input.checked);
  if (!ticked.includes(true)) return { state: "empty", html: "Choose an answer first." };
  const wrong = variant.options.flatMap((option, i) => (option.correct === ticked[i] ? [] : [i]));
  if (wrong.length === 0) return right(variant);
  if (question.kind === "choice") {
    return { state: "wrong", html: verdict(WRONG, variant.options[ticked.indexOf(true)].feedback) };
  }
  const count = `${variant.options.length - wrong.length} of ${variant.options.length} are as they should be.`;
  const lines = wrong.map((i) => {
    const label = inputs[i].nextElementSibling.innerHTML;
    const what = ticked[i] ? "Ticked" : "Left out";
    return `<span class="cnn-note"><b>${what}: ${label}</b> ${variant.options[i].feedback}</span>`;
  });
  return { state: "wrong", html: verdict(WRONG, count) + lines.join("") };
}

function markNumber(question, variant, input) {
  if (input.value.trim() === "") return { state: "empty", html: "Type a number first." };
  const typed = readNumber(input.value);
  if (!Number.isFinite(typed)) {
    return { state: "empty", html: "That does not read as a number. Digits are enough, such as 12 or 0.5." };
  }
  const meant = variant.options.find((option) => means(typed, option.value, question.tolerance));
  if (meant?.correct) return right(variant);
  const advice = meant?.feedback ?? "This is none of the usual slips. Write the steps down once more.";
  return { state: "wrong", html: verdict(WRONG, advice) };
}

function right(variant) {
  return { state: "right", html: verdict(RIGHT, variant.explanation) };
}

function verdict(word, html) {
  return `<strong>${word}</strong> ${html}`;
}

function start(root) {
  const forms = [...root.querySelectorAll("form")];
  const score = root.querySelector(".cnn-score");
  const states = forms.map((form, i) => startQuestion(form, data.questions[i], showScore));

  function showScore() {
    const total = states.length;
    const solved = states.filter((state) => state.solved).length;
    const first = states.filter((state) => state.firstTry).length;
    const detail = solved > 0 ? `, ${first} at the first try` : "";
    score.querySelector("output").textContent = `${solved} of ${total} right${detail}`;
    score.style.setProperty("--cnn-share", solved / total);
  }

  root.querySelector("[data-action=restart]").addEventListener("click", () => {
    for (const state of states) state.restart();
    showScore();
    forms[0].querySelector("legend").focus();
  });
  // JupyterLab takes arrows and letters for its own shortcuts unless the focused element asks it not to.
  root.addEventListener("focusin", (event) => {
    event.target.dataset.lmSuppressShortcuts = "true";
  });
  root.classList.add("cnn-ready");
}

function startQuestion(form, question, onChange) {
  const fieldset = form.querySelector("fieldset");
  const output = form.querySelector("output");
  const details = form.querySelector("details");
  const solution = details.querySelector("div");
  Object.assign(question.variants[0], { body: fieldset.innerHTML, solution: solution.innerHTML });
  const state = { current: 0, tried: false, solved: false, firstTry: false, restart };
  let announcing;

  function pose(index) {
    state.current = index;
    fieldset.innerHTML = question.variants[index].body;
    solution.innerHTML = question.variants[index].solution;
    clear();
    details.open = false;
    details.hidden = true;
  }

  function clear() {
    clearTimeout(announcing);
    delete form.dataset.state;
    output.textContent = "";
    fieldset.querySelector("input[type=text]")?.removeAttribute("aria-invalid");
  }

  function restart() {
    Object.assign(state, { tried: false, solved: false, firstTry: false });
    pose(0);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const result = mark(question, question.variants[state.current], form);
    clear();
    // Emptied first and filled a moment later, so that the same words are announced again.
    announcing = setTimeout(() => {
      form.dataset.state = result.state;
      output.innerHTML = result.html;
    }, 20);
    if (result.state === "empty") return;
    fieldset.querySelector("input[type=text]")?.setAttribute("aria-invalid", result.state === "wrong");
    details.hidden = false;
    if (result.state === "right") {
      state.firstTry ||= !state.tried;
      state.solved = true;
    }
    state.tried = true;
    onChange();
  });

  // JupyterLab keeps a browser from doing this by itself.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "text" || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // What stands below the question belongs to the answer that was checked.
  form.addEventListener("input", clear);

  form.querySelector("[data-action=another]")?.addEventListener("click", () => {
    pose((state.current + 1) % question.variants.length);
    fieldset.querySelector("legend").focus();
  });

  pose(0);
  return state;
}

// A notebook can hold the same quiz twice, and runs this script again when its cell is run again.
for (const root of document.querySelectorAll(`#${data.id}`)) {
  if (!root.classList.contains("cnn-ready")) start(root);
}

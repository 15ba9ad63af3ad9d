// What the theme leaves undone for readers who use a keyboard or a screen reader.
document.addEventListener("DOMContentLoaded", () => {
  // The name and the search button lie outside every landmark.
  const sidebar = document.querySelector("#pst-primary-sidebar");
  sidebar?.setAttribute("role", "region");
  sidebar?.setAttribute("aria-label", "Course menu");

  // Names must contain the words that are seen: "Search Ctrl+K" is not "Search", and the three
  // icons of the colour switch are no words at all.
  document.querySelector(".search-button-field")?.removeAttribute("aria-label");
  const silence = () => {
    for (const icon of document.querySelectorAll(".theme-switch")) {
      icon.removeAttribute("title");
      icon.removeAttribute("aria-labelledby");
      icon.querySelector("title")?.remove();
      icon.setAttribute("aria-hidden", "true");
    }
  };

  // "Toggle hidden content" hides the words that are seen, and all folds would be called the same.
  for (const summary of document.querySelectorAll("details.hide > summary")) {
    summary.removeAttribute("aria-label");
    const cell = summary.closest(".cell");
    const what = /tag_solution/.test(cell.className)
      ? "one solution"
      : /tag_parameters/.test(cell.className)
        ? "the settings of this page"
        : cell.querySelector(".cell_input") && !/hide-output/.test(cell.className)
          ? "the code"
          : "the output";
    summary.querySelector(".collapsed").textContent = `Show ${what}`;
    summary.querySelector(".expanded").textContent = `Hide ${what}`;
  }

  // The roles of bibliographies are deprecated and not allowed where they are put.
  for (const entry of document.querySelectorAll(".citation[role]")) {
    entry.setAttribute("role", "listitem");
  }

  // What scrolls sideways must be reachable by keyboard; formulas are there only after MathJax.
  const reach = () => {
    for (const box of document.querySelectorAll(
      "mjx-container[display], .pst-scrollable-table-container, .cell_output",
    )) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  silence();
  reach();
  window.addEventListener("load", () => {
    silence(); // the icons may have become pictures in between
    window.MathJax?.startup?.promise?.then(reach);
  });
  window.addEventListener("resize", reach);
});

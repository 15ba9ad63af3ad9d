"""What a page of the site is held to: each check returns the problems it found, in words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest


def missing(what: str, remedy: str) -> None:
    """Skip the test, or fail it where ``CI`` is set, because `what` is missing."""
    message = f"SITE NOT TESTED: {what}; {remedy}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


class Visit:
    """A page that was opened, with all that it logged, asked for and did not get."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", self._receive)
        page.goto(address, wait_until="load")
        if page.evaluate("!!window.MathJax"):
            # MathJax sets the page after it has loaded; its promise is there once it started.
            page.wait_for_function("window.MathJax.startup?.promise")
            page.evaluate("window.MathJax.startup.promise.then(() => true)")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _receive(self, response: Any) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status} for {response.url}")

    def problems(self) -> list[str]:
        """Return console errors and requests to other hosts."""
        host = urlsplit(self.address).netloc
        foreign = [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob", "about")
            and urlsplit(url).netloc != host
        ]
        return [f"console: {error}" for error in self.errors] + [
            f"request to another host: {url}" for url in foreign
        ]


@cache
def _axe() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


_RUN_AXE = """async () => {
  const ground = (box) => {
    for (; box; box = box.parentElement) {
      const colour = getComputedStyle(box).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
  };
  // Thousands of coloured words take axe long. A block of code all of whose colours were seen
  // in earlier blocks keeps its text only.
  const seen = new Set();
  for (const block of document.querySelectorAll("pre")) {
    let fresh = false;
    for (const word of [block, ...block.querySelectorAll("*")]) {
      const style = getComputedStyle(word);
      const look = [style.color, ground(word), style.fontSize, style.fontWeight, style.opacity];
      fresh ||= !seen.has(look.join());
      seen.add(look.join());
    }
    if (!fresh && block.querySelector(":scope > span")) block.textContent = block.textContent;
  }
  const result = await axe.run(document, {
    preload: false, // would fetch every style sheet again and log errors of its own
    resultTypes: ["violations"],
    rules: { "label-content-name-mismatch": { enabled: true } }, // is off by default
  });
  return result.violations;
}"""


def accessibility(page: Any) -> list[str]:
    """Return the violations that axe-core finds, that of labels and visible words included.

    Simplifies repeated blocks of code on the page, so it comes after the other checks.
    """
    page.evaluate(_axe())
    return [
        f"axe {violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for violation in page.evaluate(_RUN_AXE)
        for node in violation["nodes"]
    ]


def overflow(page: Any) -> list[str]:
    """Return the elements that make the page scroll sideways."""
    return page.evaluate(
        """() => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return [];
          return [...document.body.querySelectorAll("*")]
            .filter((box) => box.getBoundingClientRect().right > room + 1)
            .map((box) => `wider than the screen: ${box.outerHTML.slice(0, 120)}`)
            .slice(-5);
        }"""
    )


def headings(page: Any) -> list[str]:
    """Return a problem unless exactly one heading of level 1 is to be seen."""
    seen = page.evaluate(
        """[...document.querySelectorAll("h1")].filter((h) => h.checkVisibility())
             .map((h) => h.textContent)"""
    )
    return [] if len(seen) == 1 else [f"{len(seen)} headings of level 1: {seen}"]


def pictures(page: Any) -> list[str]:
    """Return the pictures in view that did not load."""
    return page.evaluate(
        """[...document.images]
             .filter((image) => image.checkVisibility() && !(image.complete && image.naturalWidth))
             .map((image) => `picture does not load: ${image.src}`)"""
    )


def formulas(page: Any) -> list[str]:
    """Return the formulas that stayed source text, failed or have no size."""
    return page.evaluate(
        """() => {
          const problems = [];
          for (const source of document.querySelectorAll(".math")) {
            const set = source.querySelector("mjx-container");
            if (!set) problems.push(`formula not set: ${source.textContent.slice(0, 80)}`);
          }
          for (const wrong of document.querySelectorAll("mjx-merror, merror"))
            problems.push(`formula wrong: ${wrong.textContent.slice(0, 80)}`);
          for (const set of document.querySelectorAll("mjx-container, math")) {
            const box = set.getBoundingClientRect();
            if (set.checkVisibility() && !(box.width && box.height))
              problems.push(`formula without size: ${set.outerHTML.slice(0, 120)}`);
          }
          return problems;
        }"""
    )


def cut_off(page: Any) -> list[str]:
    """Return the controls of which a box that hides its overflow cuts off more than a tenth."""
    return page.evaluate(
        """() => {
          const hides = /hidden|clip/;
          const problems = [];
          for (const control of document.querySelectorAll("main :is(a, button, input, select)")) {
            if (!control.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
              continue;
            const box = control.getBoundingClientRect();
            let { top, bottom } = box;
            for (let around = control.parentElement; around; around = around.parentElement) {
              if (!hides.test(getComputedStyle(around).overflowY)) continue;
              const edge = around.getBoundingClientRect();
              top = Math.max(top, edge.top);
              bottom = Math.min(bottom, edge.bottom);
            }
            if (bottom - top < 0.9 * box.height)
              problems.push(`control cut off: ${control.outerHTML.slice(0, 120)}`);
          }
          return problems;
        }"""
    )


class Parsed(HTMLParser):
    """The parts of an HTML file that the checks below look at."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.metas: dict[str, str] = {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href") is not None:
            self.links.append(str(found["href"]))
        if tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload", "modulepreload"):
            self.loads.append(str(found.get("href")))
        if found.get("src"):
            self.loads.append(str(found["src"]))
        if tag == "img":
            self.images.append(found)
        if tag == "meta" and found.get("name"):
            self.metas[str(found["name"])] = found.get("content") or ""


@cache
def parsed(path: Path) -> Parsed:
    """Return the parsed file; every page is the target of many links and is read once."""
    return Parsed(path)


def _targets(page: Parsed) -> Iterator[tuple[str, Path, str]]:
    for address in (*page.links, *page.loads):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = page.path.parent / unquote(parts.path) if parts.path else page.path
        yield address, target, unquote(parts.fragment)


def links(path: Path) -> list[str]:
    """Return the links and files of a page that lead nowhere, and ids that are there twice."""
    page = parsed(path)
    problems = [f"id twice: {name}" for name in set(page.ids) if page.ids.count(name) > 1]
    for address, target, anchor in _targets(page):
        if not target.is_file():
            problems.append(f"no such file: {address}")
        elif anchor and target.suffix == ".html" and anchor not in parsed(target).ids:
            problems.append(f"no such anchor: {address}")
    return problems


def off_site(path: Path) -> list[str]:
    """Return what a page would load from another host, read from its source."""
    return [
        f"loads from another host: {address}"
        for address in parsed(path).loads
        if urlsplit(address).netloc
    ]


def alternatives(path: Path) -> list[str]:
    """Return the pictures of a page without alternative text."""
    return [
        f"picture without alt: {image.get('src')}"
        for image in parsed(path).images
        if not (image.get("alt") or "").strip()
    ]


def description(path: Path) -> list[str]:
    """Return a problem unless the page describes itself in 50 to 200 characters."""
    text = parsed(path).metas.get("description", "")
    return [] if 50 <= len(text) <= 200 else [f"description of {len(text)} characters: {text!r}"]

"""What every piece of HTML of the package shares: escaping, ids, maths, colours, scripts.

A quiz and an interactive figure have to look and work alike in the built page, in JupyterLab and
in Colab, with no kernel and no request to anyone. So everything is inlined, nothing is random
(the same input gives the same bytes), and each outermost element carries the class ``cnn``, on
which the colours hang.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass
from typing import Any

from cnncourse import _checks

# Text colours keep a contrast of at least 4.5:1 on `paper` and on `panel`; `accent-ink` is text on
# `accent`. `line` only decorates: the edge of a control is drawn in `muted`.
LIGHT = {
    "ink": "#1d2433",
    "muted": "#5a6478",
    "paper": "#ffffff",
    "panel": "#f4f6fa",
    "line": "#d5dbe6",
    "accent": "#2456c8",
    "accent-ink": "#ffffff",
    "good": "#14703a",
    "bad": "#b3261e",
    "warm": "#b4460f",
    "focus": "#b4460f",
}
DARK = {
    "ink": "#e6eaf2",
    "muted": "#a4aec0",
    "paper": "#12161f",
    "panel": "#1b212d",
    "line": "#39435a",
    "accent": "#8ab4ff",
    "accent-ink": "#12161f",
    "good": "#6fd195",
    "bad": "#ff8f87",
    "warm": "#ffab70",
    "focus": "#ffab70",
}

# The built page, JupyterLab and Colab, in this order.
_DARK_SELECTORS = (
    'html[data-theme="dark"] .cnn',
    'body[data-jp-theme-light="false"] .cnn',
    'html[theme="dark"] .cnn',
)


@dataclass(frozen=True)
class Html:
    """HTML that a notebook displays, with the plain text that a terminal shows instead.

    Parameters
    ----------
    html : str
        Markup; everything in it is already escaped.
    text : str
        What ``repr`` and ``text/plain`` give.

    Examples
    --------
    >>> Html("<b>3</b>", "three")
    three
    """

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def escape(text: object) -> str:
    """Return `text` fit for element content and for quoted attributes.

    Examples
    --------
    >>> escape('a < b & "c"')
    'a &lt; b &amp; &quot;c&quot;'
    """
    return html.escape(str(text), quote=True)


def stable_id(*parts: object) -> str:
    """Return an element id made from `parts` alone: same parts, same id, in every process.

    Parameters
    ----------
    *parts : object
        At least one; taken as text, so ``1`` and ``"1"`` are the same part.

    Returns
    -------
    str
        ``"cnn-"`` and 12 hexadecimal digits.
    """
    if not parts:
        _checks.fail("parts", "at least one part", parts)
    # JSON keeps ("a", "b") apart from ("ab",), which plain joining would not.
    packed = json.dumps([str(part) for part in parts])
    return "cnn-" + hashlib.sha256(packed.encode()).hexdigest()[:12]


def math(latex: str, display: bool = False) -> str:
    r"""Return `latex` as MathML, which browsers draw without any script.

    Parameters
    ----------
    latex : str
        LaTeX without its dollar signs.
    display : bool
        Whether it stands on a line of its own.

    Raises
    ------
    ValueError
        If `latex` is empty or can't be converted.

    Examples
    --------
    >>> math(r"k^2").startswith("<math")
    True
    """
    # Imported here because most pages that import this module hold no formula.
    from latex2mathml.converter import convert

    if not isinstance(latex, str) or not latex.strip():
        _checks.fail("latex", "a formula", latex)
    expected = "LaTeX that converts to MathML, with braces in pairs and known commands"
    try:
        markup = convert(latex, display="block" if display else "inline")
    except Exception:  # the converter has a class of its own for every mishap
        _checks.fail("latex", expected, latex)
    # It passes over a brace that is missing, and prints a command that it doesn't know.
    braces = re.findall(r"(?<!\\)[{}]", latex)
    if braces.count("{") != braces.count("}") or "\\" in markup:
        _checks.fail("latex", expected, latex)
    return markup


def theme_css() -> str:
    """Return the CSS that gives every ``.cnn`` element the palette, for light and dark hosts.

    The custom properties are ``--cnn-`` and a key of `LIGHT`. The site's theme lays a pale card
    under HTML output in its dark mode; ours bring their own ground, so it is taken away again.
    """

    def block(selector: str, palette: dict[str, str], scheme: str) -> str:
        properties = "".join(f"--cnn-{name}:{value};" for name, value in palette.items())
        return f"{selector}{{color-scheme:{scheme};{properties}}}\n"

    return (
        block(".cnn", LIGHT, "light")
        + block(",".join(_DARK_SELECTORS), DARK, "dark")
        + "html[data-theme] body .bd-content div.cell_output .output.text_html:has(> .cnn.cnn)"
        "{background:none;color:inherit;padding:0;border:0;}\n"
    )


def style(css: str) -> str:
    """Return a ``<style>`` element that holds `css` and can't be closed by it."""
    safe = re.sub(r"</(?=style)", r"<\\/", css, flags=re.IGNORECASE)
    return f"<style>\n{safe.rstrip()}\n</style>"


def module_script(source: str, **json_data: Any) -> str:
    r"""Return a ``<script type="module">`` element that holds `source`.

    Parameters
    ----------
    source : str
        An ES module. ``</script`` and ``<!--`` in it are written with ``\x3c``, which means the
        same in string literals, template literals and regular expressions. Bare code that holds
        them (``a<!--b``) has to be written with a space.
    **json_data : JSON values
        Handed to the module as the properties of one constant, ``data``, declared before `source`;
        with none given there is no such constant.

    Returns
    -------
    str
        The element. Each one is a module scope of its own, so two on a page never collide.

    Raises
    ------
    ValueError
        If a value of `json_data` can't be written as JSON (NaN can't).

    Examples
    --------
    >>> print(module_script("start(data.id);", id="cnn-1"))
    <script type="module">
    const data = {"id": "cnn-1"};
    start(data.id);
    </script>
    """
    declaration = f"const data = {json_for_script(json_data)};\n" if json_data else ""
    safe = re.sub(r"<(?=/script|!--)", r"\\x3c", source, flags=re.IGNORECASE)
    return f'<script type="module">\n{declaration}{safe.rstrip()}\n</script>'


def json_for_script(value: Any) -> str:
    """Return `value` as JSON that can stand in any ``<script>`` element.

    Raises
    ------
    ValueError
        If `value` can't be written as JSON (NaN can't).
    """
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        _checks.fail("json_data", "values that JSON can hold", value)
    # `<` stands in JSON only inside strings, where its escape means the same.
    return text.replace("<", "\\u003c")

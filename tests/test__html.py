import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnncourse import _html

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


class Reader(HTMLParser):
    """Collects what a browser would see: elements with attributes, and text."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.ends = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.ends.append(tag)

    def handle_data(self, data):
        self.text += data


def luminance(colour):
    """Relative luminance of a #rrggbb colour (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])))
@example("<script>alert('x')</script> & \"quoted\" &lt;")
def test_escaped_text_reads_back_as_itself_in_content_and_attribute(text):
    reader = Reader(f'<p title="{_html.escape(text)}">{_html.escape(text)}</p>')
    assert reader.elements == [("p", {"title": text})]
    assert reader.text == text


def test_escape_takes_numbers():
    assert _html.escape(3.5) == "3.5"


def test_stable_id_is_a_valid_id_and_tells_parts_apart():
    assert re.fullmatch(r"cnn-[0-9a-f]{12}", _html.stable_id("quiz", 1))
    assert _html.stable_id("a", "b") == _html.stable_id("a", "b")
    ids = {
        _html.stable_id(*parts)
        for parts in [("a", "b"), ("ab",), ("a", "b", ""), ("b", "a"), ('a","b',), ("a, b",)]
    }
    assert len(ids) == 6


def test_stable_id_is_the_same_in_another_process():
    code = "from cnncourse._html import stable_id; print(stable_id('quiz', 'ünï', 7))"
    other = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert other == _html.stable_id("quiz", "ünï", 7)


def test_stable_id_without_parts_fails():
    with pytest.raises(ValueError, match="argument `parts`: expected at least one part"):
        _html.stable_id()


def test_html_shows_markup_to_notebooks_and_text_to_terminals():
    shown = _html.Html("<b>3</b>", "three")
    assert repr(shown) == "three"
    assert shown._repr_mimebundle_() == {"text/html": "<b>3</b>", "text/plain": "three"}


def test_math_is_mathml_with_its_structure():
    markup = _html.math(r"\left\lfloor \frac{n - k}{s} \right\rfloor + 1")
    tags = [tag for tag, _ in Reader(markup).elements]
    assert tags[0] == "math"
    assert "mfrac" in tags
    assert Reader(markup).elements[0][1]["display"] == "inline"
    assert Reader(_html.math("k^2", display=True)).elements[0][1]["display"] == "block"


@pytest.mark.parametrize(
    "latex", ["", "  ", None, r"\frac{", r"\left( x", r"\frac{1", r"\oddly x", "x}"]
)
def test_math_that_does_not_convert_names_the_argument(latex):
    with pytest.raises(ValueError, match="argument `latex`"):
        _html.math(latex)


@pytest.mark.parametrize("palette", [_html.LIGHT, _html.DARK])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "good", "bad", "warm", "focus"])
def test_text_colours_meet_wcag_aa(palette, ground, text):
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("palette", [_html.LIGHT, _html.DARK])
def test_text_on_the_accent_meets_wcag_aa(palette):
    assert contrast(palette["accent-ink"], palette["accent"]) >= 4.5


def test_contrast_itself_agrees_with_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # The classic pair on either side of the AA line.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_both_palettes_name_the_same_colours():
    assert set(_html.LIGHT) == set(_html.DARK)


def test_theme_defines_every_colour_for_every_host():
    css = _html.theme_css()
    blocks = dict(re.findall(r"^(\S.*?)\{(.*?)\}$", css, flags=re.MULTILINE))
    dark = next(selector for selector in blocks if "data-jp-theme-light" in selector)
    for host in (
        'html[data-theme="dark"]',
        'body[data-jp-theme-light="false"]',
        'html[theme="dark"]',
    ):
        assert f"{host} .cnn" in dark.split(",")
    for palette, block in ((_html.LIGHT, blocks[".cnn"]), (_html.DARK, blocks[dark])):
        for name, colour in palette.items():
            assert f"--cnn-{name}:{colour};" in block


def test_style_cannot_be_closed_by_its_css():
    markup = _html.style('a::before{content:"</style><b>"}\n')
    assert [tag for tag, _ in Reader(markup).elements] == ["style"]
    assert Reader(markup).ends == ["style"]


@pytest.mark.parametrize("trap", ["</script>", "</SCRIPT >", "<!-- <script>", "</script\n>"])
def test_module_script_cannot_be_closed_or_commented_out(trap):
    markup = _html.module_script(f"const trap = `{trap}`;", note=trap)
    inside = markup.removeprefix('<script type="module">').removesuffix("</script>")
    assert "</script" not in inside.lower()
    assert "<!--" not in inside
    assert Reader(markup).ends == ["script"]


@given(json_values)
@example("</script><!-- <script>")
@example({"separator": "\u2028\u2029"})
def test_module_data_reads_back_unchanged(value):
    markup = _html.module_script("go(data);", value=value)
    (line,) = re.findall(r"^const data = (.*);$", markup, flags=re.MULTILINE)
    assert "<" not in line
    assert json.loads(line) == {"value": value}


def test_module_script_without_data_declares_nothing():
    assert _html.module_script("go();\n") == '<script type="module">\ngo();\n</script>'


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_module_data_that_json_cannot_hold_fails(value):
    with pytest.raises(ValueError, match="argument `json_data`: expected values that JSON"):
        _html.module_script("go();", value=value)

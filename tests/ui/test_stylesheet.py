"""The colours of the stylesheet have enough contrast (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

STYLESHEETS = (Path(__file__).resolve().parents[2] / "ui" / "static").glob("*.css")
CSS_OF = {path.name: path.read_text() for path in STYLESHEETS}
CSS = CSS_OF["page.css"]
TEXTS = ["text", "muted", "accent", "pneumonia", "no-pneumonia", "uncertain", "not-assessed"]
TEXTS += ["rejected", "failed"]


def colours(theme: int) -> dict[str, str]:
    """The custom properties that are colours, light (0) or dark (1)."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)
    singles = re.findall(r"--([\w-]+): (#\w{6});", CSS)
    return dict(singles) | {name: values[theme] for name, *values in pairs}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def blend(over: str, under: str, *, opacity: float) -> str:
    """The colour that results when `over` is drawn on `under` with `opacity`."""
    pairs = [(int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * a + (1 - opacity) * b):02x}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_that_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("background", ["page", "surface", "surface-raised"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_stands_out(theme: int, background: str, text: str) -> None:
    palette = colours(theme)
    assert contrast(palette[text], palette[background]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
def test_buttons_and_edges_stand_out(theme: int) -> None:
    palette = colours(theme)
    assert contrast(palette["on-accent"], palette["accent"]) >= 4.5
    assert contrast(palette["on-black"], palette["black"]) >= 4.5
    assert contrast(palette["accent-on-black"], palette["black"]) >= 4.5
    for background in ("page", "surface"):
        assert contrast(palette["strong-line"], palette[background]) >= 3


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("mark", ["pneumonia", "no-pneumonia", "uncertain", "text"])
def test_marks_on_the_scale_stand_out(theme: int, mark: str) -> None:
    palette = colours(theme)
    assert contrast(palette[mark], palette["surface"]) >= 3
    opacity = re.search(r"--band-opacity: (0\.\d)", CSS)
    assert opacity
    band = blend(palette["uncertain"], palette["line"], opacity=float(opacity[1]))
    assert contrast(band, palette["surface"]) >= 3


def test_the_colours_are_those_agreed() -> None:
    dark, light = colours(1), colours(0)
    assert (dark["page"], dark["surface"], dark["accent"]) == ("#0b0f14", "#121821", "#5cc8ff")
    assert (light["page"], light["surface"], light["accent"]) == ("#f6f8fa", "#ffffff", "#0b6bcb")
    assert dark["black"] == light["black"] == "#000000"


def test_motion_is_short_and_stops_when_asked() -> None:
    duration = re.search(r"--transition-time: (\d+)ms", CSS)
    assert duration
    assert int(duration[1]) < 150
    assert "prefers-reduced-motion: reduce" in CSS


def test_no_rule_names_a_colour_of_its_own() -> None:
    rules = CSS.partition("/* Base */")[2]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)


@pytest.mark.parametrize("name", CSS_OF)
def test_no_rule_is_for_one_direction_of_writing(name: str) -> None:
    """Start and end, in place of left and right: a third language may be written from the right."""
    css = CSS_OF[name]
    assert not re.findall(r"[\w-]*-(?:left|right)\b(?=[^;{}]*:)[^;]*;", css)
    assert not re.findall(r"[ {;](?:left|right): |(?:text-align|float): (?:left|right)", css)
    sides = re.findall(r"[ {;](?:margin|padding|inset): ([^;{}]*);", css)
    values = [re.findall(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+", each) for each in sides]
    assert [each for each in values if len(each) == 4 and each[1] != each[3]] == []

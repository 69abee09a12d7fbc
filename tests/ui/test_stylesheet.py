"""The stylesheet keeps the contrast that tired eyes need (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "ui" / "static" / "page.css").read_text()
TEXTS = ["text", "quiet", "accent", "pneumonia", "no-pneumonia", "uncertain", "not-assessed"]
TEXTS += ["rejected", "failed"]


def colours(theme: int) -> dict[str, str]:
    """The custom properties that are colours, light (0) or dark (1)."""
    pair = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)
    plain = re.findall(r"--([\w-]+): (#\w{6});", CSS)
    return dict(plain) | {name: values[theme] for name, *values in pair}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mixed(over: str, under: str, *, share: float) -> str:
    pairs = [(int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_that_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["page", "surface", "raised"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_stands_out(theme: int, ground: str, text: str) -> None:
    known = colours(theme)
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
def test_buttons_and_edges_stand_out(theme: int) -> None:
    known = colours(theme)
    assert contrast(known["on-accent"], known["accent"]) >= 4.5
    assert contrast(known["on-black"], known["black"]) >= 4.5
    assert contrast(known["accent-on-black"], known["black"]) >= 4.5
    for ground in ("page", "surface"):
        assert contrast(known["edge"], known[ground]) >= 3


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("mark", ["pneumonia", "no-pneumonia", "uncertain", "text"])
def test_marks_on_the_scale_stand_out(theme: int, mark: str) -> None:
    known = colours(theme)
    assert contrast(known[mark], known["surface"]) >= 3
    veil = re.search(r"--veil: (0\.\d)", CSS)
    assert veil
    band = mixed(known["uncertain"], known["line"], share=float(veil[1]))
    assert contrast(band, known["surface"]) >= 3


def test_the_colours_are_those_agreed() -> None:
    dark, light = colours(1), colours(0)
    assert (dark["page"], dark["surface"], dark["accent"]) == ("#0b0f14", "#121821", "#5cc8ff")
    assert (light["page"], light["surface"], light["accent"]) == ("#f6f8fa", "#ffffff", "#0b6bcb")
    assert dark["black"] == light["black"] == "#000000"


def test_motion_is_short_and_stops_when_asked() -> None:
    quick = re.search(r"--quick: (\d+)ms", CSS)
    assert quick
    assert int(quick[1]) < 150
    assert "prefers-reduced-motion: reduce" in CSS


def test_no_rule_names_a_colour_of_its_own() -> None:
    rules = CSS.partition("/* Ground */")[2]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)

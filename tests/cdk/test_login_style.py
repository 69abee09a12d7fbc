"""The cloud's login pages have the name, the colours and the logo of the page."""

import base64
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from cdk.login_style import read_colours
from tests.synthesis import Template
from tests.ui.test_stylesheet import colours, contrast

BRANDING = "AWS::Cognito::ManagedLoginBranding"
THEMES = {"lightMode": 0, "darkMode": 1}


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, str):
        yield part


def shown_colour(settings: dict[str, Any], mode: str, *path: str) -> str:
    *parents, name = path
    part: Any = settings
    for parent in (*parents[:2], mode, *parents[2:]):
        part = part[parent]
    return f"#{part[name].removesuffix('ff')}"


def test_the_pages_follow_the_browser_and_have_our_own_values(template: Template) -> None:
    branding = template.only(BRANDING)
    assert branding["Settings"]["categories"]["global"]["colorSchemeMode"] == "DYNAMIC"
    assert "UseCognitoProvidedValues" not in branding


def test_each_colour_is_one_of_the_stylesheet(template: Template) -> None:
    used = {text for text in texts(template.only(BRANDING)["Settings"]) if len(text) == 8}
    used = {text for text in used if re.fullmatch(r"[0-9a-f]{8}", text)}
    ours = {f"{colour.removeprefix('#')}ff" for pair in read_colours().values() for colour in pair}
    assert len(used) > 10
    assert used <= ours


@pytest.mark.parametrize("mode", THEMES)
def test_texts_and_buttons_stand_out(template: Template, mode: str) -> None:
    settings = template.only(BRANDING)["Settings"]
    palette = colours(THEMES[mode])

    def find(*path: str) -> str:
        return shown_colour(settings, mode, *path)

    surface = find("components", "form", "backgroundColor")
    assert surface == palette["surface"]
    for name in ("headingColor", "bodyColor", "descriptionColor"):
        assert contrast(find("components", "pageText", name), surface) >= 4.5
    button = ("components", "primaryButton", "defaults")
    assert contrast(find(*button, "textColor"), find(*button, "backgroundColor")) >= 4.5
    border = find("componentClasses", "input", "defaults", "borderColor")
    assert contrast(border, surface) >= 3


def test_the_logo_is_a_drawing_with_the_name_for_each_theme(template: Template) -> None:
    assets = template.only(BRANDING)["Assets"]
    logos = [asset for asset in assets if asset["Category"] == "FORM_LOGO"]
    assert {asset["ColorMode"] for asset in logos} == {"LIGHT", "DARK"}
    for asset in logos:
        # Cognito takes at most a million characters of base64.
        assert len(asset["Bytes"]) < 1_000_000
        drawing = ET.fromstring(base64.b64decode(asset["Bytes"]))
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert "".join(drawing.itertext()) == "Chest X-ray screening"
        theme = 0 if asset["ColorMode"] == "LIGHT" else 1
        [text] = [part for part in drawing.iter() if part.tag.endswith("text")]
        assert contrast(str(text.get("fill")), colours(theme)["surface"]) >= 4.5
    assert [asset["Category"] for asset in assets].count("FAVICON_SVG") == 1

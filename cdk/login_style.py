"""The look of Cognito's login pages: colours of the page's stylesheet, its icon and its name."""

import base64
import re
from functools import cache
from pathlib import Path
from typing import Any

from aws_cdk import aws_cognito as cognito

_STATIC = Path(__file__).resolve().parent.parent / "ui" / "static"
_NAME = "Chest X-ray screening"
_MODES = {"lightMode": 0, "darkMode": 1}
_RADIUS = 6
# Settings that lack a part keep Cognito's own value for it.
_Asset = cognito.CfnManagedLoginBranding.AssetTypeProperty


@cache
def read_colours() -> dict[str, tuple[str, str]]:
    """The colours of `page.css`, light and dark, by the names of its custom properties."""
    text = (_STATIC / "page.css").read_text()
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: (light, dark) for name, light, dark in pairs}


def build_settings() -> dict[str, Any]:
    """The document that the branding designer of the console reads and writes."""
    return {
        "categories": {
            "form": {
                "displayGraphics": False,
                "location": {"horizontal": "CENTER", "vertical": "CENTER"},
            },
            # Follows the browser, as the page does.
            "global": {
                "colorSchemeMode": "DYNAMIC",
                "pageHeader": {"enabled": False},
                "pageFooter": {"enabled": False},
            },
        },
        "componentClasses": {
            "buttons": {"borderRadius": _RADIUS},
            "divider": _paint(borderColor="line"),
            "focusState": _paint(borderColor="accent"),
            "input": {
                "borderRadius": _RADIUS,
                **_paint(
                    defaults={"backgroundColor": "surface", "borderColor": "strong-line"},
                    placeholderColor="muted",
                ),
            },
            "inputDescription": _paint(textColor="muted"),
            "inputLabel": _paint(textColor="text"),
            "link": _paint(defaults={"textColor": "accent"}, hover={"textColor": "accent"}),
            "optionControls": _paint(
                defaults={"backgroundColor": "surface", "borderColor": "strong-line"},
                selected={"backgroundColor": "accent", "foregroundColor": "on-accent"},
            ),
        },
        "components": {
            "favicon": {"enabledTypes": ["SVG"]},
            "form": {
                "backgroundImage": {"enabled": False},
                "borderRadius": _RADIUS,
                "logo": {
                    "enabled": True,
                    "formInclusion": "IN",
                    "location": "START",
                    "position": "TOP",
                },
                **_paint(backgroundColor="surface", borderColor="line"),
            },
            "pageBackground": {"image": {"enabled": False}, **_paint(color="page")},
            "pageText": _paint(headingColor="text", bodyColor="text", descriptionColor="muted"),
            "primaryButton": _paint(
                **{
                    state: {"backgroundColor": "accent", "textColor": "on-accent"}
                    for state in ("defaults", "hover", "active")
                }
            ),
            "secondaryButton": _paint(
                **{
                    state: {
                        "backgroundColor": "surface",
                        "borderColor": "strong-line",
                        "textColor": "text",
                    }
                    for state in ("defaults", "hover", "active")
                }
            ),
        },
    }


def build_assets() -> list[_Asset]:
    icon = (_STATIC / "icon.svg").read_text().strip()
    return [
        _build_asset("FAVICON_SVG", "DYNAMIC", icon),
        *(
            _build_asset("FORM_LOGO", mode, _draw_logo(icon, read_colours()["text"][index]))
            for index, mode in enumerate(("LIGHT", "DARK"))
        ),
    ]


def _paint(**parts: Any) -> dict[str, Any]:
    """The same parts in both modes, with the colours that the stylesheet has there."""
    return {mode: _fill(parts, index) for mode, index in _MODES.items()}


def _fill(parts: dict[str, Any], index: int) -> dict[str, Any]:
    """Cognito writes colours as eight hexadecimal digits, the last two for the opacity."""
    return {
        name: _fill(part, index)
        if isinstance(part, dict)
        else f"{read_colours()[part][index].removeprefix('#')}ff"
        for name, part in parts.items()
    }


def _draw_logo(icon: str, colour: str) -> str:
    """The icon with the name beside it: Cognito's pages show no other text of ours."""
    picture = icon.replace("<svg ", '<svg width="32" height="32" ', 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="260" height="32" viewBox="0 0 260 32">'
        f'{picture}<text x="44" y="22" fill="{colour}" font-size="18" font-weight="600" '
        f'font-family="system-ui, sans-serif">{_NAME}</text></svg>'
    )


def _build_asset(category: str, mode: str, drawing: str) -> _Asset:
    content = base64.b64encode(drawing.encode()).decode()
    return _Asset(category=category, color_mode=mode, extension="SVG", bytes=content)

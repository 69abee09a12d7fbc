"""The keyboard shortcuts: which action has which key, until the user changes it in the browser.

A letter acts only while the film or the list has the focus, or with Alt. A, D and
W mean what they mean in common viewers. static/keyboard_shortcuts.js handles them.
"""

from dataclasses import dataclass

from contracts.language import mark


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """`action` is what a control names in `data-shortcut`; `label` is marked for translation."""

    action: str
    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FixedKeys:
    """Keys that cannot be changed: each one acts, or, with a modifier first, all together."""

    keys: tuple[str, ...]
    label: str


HINT = mark(
    "A key acts while the film or the list has the focus: click it, or press Tab. With Alt it acts "
    "everywhere."
)

FIXED_KEYS = (
    FixedKeys(keys=("\u2190", "\u2192", "\u2191", "\u2193"), label=mark("Move the enlarged film")),
    FixedKeys(keys=(mark("Ctrl"), "Z"), label=mark("Undo the review, for 10 seconds")),
    FixedKeys(keys=(mark("Esc"),), label=mark("Leave a text field; else back")),
)

SHORTCUTS = (
    Shortcut(action="next", key="j", label=mark("Next film")),
    Shortcut(action="previous", key="k", label=mark("Previous film")),
    Shortcut(action="pneumonia", key="p", label=mark("Review: pneumonia")),
    Shortcut(action="no_pneumonia", key="n", label=mark("Review: no pneumonia")),
    Shortcut(action="cannot_tell", key="c", label=mark("Review: cannot tell")),
    Shortcut(action="other", key="o", label=mark("Review: other, not pneumonia")),
    Shortcut(action="map", key="h", label=mark("Saliency map")),
    Shortcut(action="move", key="m", label=mark("Tool: move")),
    Shortcut(action="window", key="w", label=mark("Tool: window")),
    Shortcut(action="length", key="d", label=mark("Tool: length (distance)")),
    Shortcut(action="angle", key="a", label=mark("Tool: angle")),
    Shortcut(action="ratio", key="t", label=mark("Tool: ratio of heart to chest")),
    Shortcut(action="clear", key="e", label=mark("Remove the measures")),
    Shortcut(action="invert", key="i", label=mark("Invert")),
    Shortcut(action="zoom_in", key="+", label=mark("Zoom in")),
    Shortcut(action="zoom_out", key="-", label=mark("Zoom out")),
    Shortcut(action="actual_pixels", key="1", label=mark("One film pixel on one of the screen")),
    Shortcut(action="rotate", key="r", label=mark("Rotate by 90°")),
    Shortcut(action="flip", key="f", label=mark("Flip")),
    Shortcut(action="full_screen", key="s", label=mark("Full screen")),
    Shortcut(action="reset", key="0", label=mark("Reset the image")),
    Shortcut(action="upload", key="u", label=mark("Upload")),
    Shortcut(action="worklist", key="l", label=mark("Worklist")),
    Shortcut(action="keys", key="?", label=mark("This list")),
)

"""Each action has a key of its own; A, D and W do what they do in other viewers."""

from tests.ui.conftest import PAGE, Pages
from ui.keyboard import SHORTCUTS


def test_the_keys_of_viewers_mean_the_same() -> None:
    keys = [shortcut.key for shortcut in SHORTCUTS]
    assert len(set(keys)) == len(keys)
    viewer_keys = {"a": "angle", "d": "length", "w": "window"}
    assert {each.key: each.action for each in SHORTCUTS if each.key in viewer_keys} == viewer_keys


def test_each_control_names_an_action(pages: Pages) -> None:
    page = pages.load(PAGE)
    actions = {part.partition('"')[0] for part in page.split('data-shortcut="')[1:]}
    assert actions <= {shortcut.action for shortcut in SHORTCUTS} | {"back", "undo"}
    assert {"pneumonia", "map", "worklist", "keys", "undo", "length", "full_screen"} <= actions


def test_each_key_can_be_changed(pages: Pages) -> None:
    page = pages.load("/worklist")
    for shortcut in SHORTCUTS:
        assert f'data-key-of="{shortcut.action}" value="{shortcut.key.upper()}"' in page

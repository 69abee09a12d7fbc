"""Each option of a command of docs/data-scientist.md says what it is for."""

import argparse
import re
from importlib import import_module
from itertools import chain

import pytest

from tests.conftest import ROOT
from tests.release.documented_road import read_blocks, resolve_make

COMMANDS = {
    "training.__main__": "training",
    "training.accept": "training.accept",
    "training.evaluate": "training.evaluate",
    "training.label_noise": "training.label_noise",
    "training.prepare": "training.prepare",
    "collection.command": "training.collect",
    **{
        f"release.{name}": f"training.{name}"
        for name in (
            "compare",
            "gate",
            "launch",
            "lineage",
            "pipeline",
            "promote",
            "register",
            "show",
            "tune",
            "versions",
        )
    },
}


@pytest.mark.parametrize("module", COMMANDS)
def test_each_option_has_a_help_text(module: str) -> None:
    parser: argparse.ArgumentParser = import_module(module)._parser()
    assert parser.prog == f"python -m {COMMANDS[module]}"
    for action in _list_actions(parser):
        text = action.help or ""
        assert text, f"{parser.prog}: {action.dest}"
        assert not text.startswith("default"), f"{parser.prog}: {action.dest} says its default only"


def _list_actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    actions: list[argparse.Action] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            actions += chain.from_iterable(map(_list_actions, action.choices.values()))
        else:
            actions.append(action)
    return actions


def test_each_command_of_the_page_is_among_them() -> None:
    lines = [line for block in read_blocks() for line in block]
    names = {match[0] for line in lines if (match := re.search(r"training(\.\w+)?(?= )", line))}
    assert names <= {*COMMANDS.values()}


@pytest.mark.parametrize(
    "target", ["train", "evaluate", "accept", "compare", "gate", "tune", "launch", "register"]
)
def test_a_target_takes_a_folder_of_data_with_a_space_in_its_name(target: str) -> None:
    assert '--data "my films"' in resolve_make(["make", target, "DATA=my films"])
    rule = re.search(rf"^{target}:.*##.*", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert rule and ("DATA=" in rule[0] or target == "launch")

"""Runs the command lines of docs/data-scientist.md in their order, on one machine.

The names that the page has for folders and files (DATA, FOLDER, SNAPSHOT, SITE) are folders and
files of the working folder here, so most lines run as they are. A line of make runs as the command
that `make -n` gives for it.
"""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.command_fork import run_in_fork
from tests.conftest import ROOT
from tests.release.stage import SDK_IMPORTS

PAGE = ROOT / "docs" / "data-scientist.md"
# The model that the page calls build/training/default.
MODEL = "build/training/smoke"
# Imported once for all lines, because each import takes seconds.
_IMPORTS = (
    *SDK_IMPORTS,
    "training.train",
    "training.comparison.compare_models",
    "training.comparison.report",
    "training.evaluation.report",
    "training.acceptance.report",
)
_COMMAND = re.compile(r"(?:\.venv/bin/)?python -m (training(?:\.\w+)?)\b ?(.*)")


def read_blocks() -> list[list[str]]:
    """The command lines of each block, without comments, each with single spaces."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [
        [_clean(line) for line in block.replace("\\\n", " ").splitlines() if line.strip()]
        for language, block in fences
        if not language
    ]


def _clean(line: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"(^|\s+)#.*", "", line)).strip()


@dataclass(kw_only=True)
class Road:
    """`instead` has the line that runs in place of one of the page.

    Each block of the page is a shell of its own: what it exports ends with it.
    """

    folder: Path
    radiograph: str
    instead: Mapping[str, str]
    exports: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> "subprocess.CompletedProcess[str]":
        words = shlex.split(self.instead.get(line, line))
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.exports[name] = value
            return subprocess.CompletedProcess(words, 0, "", "")
        command = resolve_make(words) if words[0] == "make" else shlex.join(words)
        match = _COMMAND.fullmatch(command)
        assert match, f"Neither make nor a command of training: {command}"
        arguments = self._substitute(shlex.split(match[2]))
        return run_in_fork(
            match[1],
            arguments,
            environment={**os.environ, **self.exports},
            folder=self.folder,
            imports=_IMPORTS,
        )

    def _substitute(self, words: list[str]) -> list[str]:
        """The recipe `default` becomes `smoke`; its model, version and film are those of here."""
        names = {"build/training/default": MODEL, "RADIOGRAPH": self.radiograph}
        card = self.folder / MODEL / "model_card.json"
        if card.is_file():
            names["default-0123abcd"] = json.loads(card.read_text())["model_version"]
        for index, word in enumerate(words):
            if words[index - 1] == "--recipe" and word == "default":
                words[index] = "smoke"
            words[index] = names.get(word, words[index])
        return words


def resolve_make(words: list[str]) -> str:
    """The command of training in the recipe of a target, with the variables of the line."""
    result = subprocess.run(
        [words[0], "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    commands = [line for line in result.stdout.splitlines() if _COMMAND.match(line)]
    assert len(commands) == 1, result.stdout
    return commands[0].rstrip()

"""Code that has taken over the decoder of files: how far it comes."""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import psutil

from local.settings import ROOT
from reliability.attack import escapes
from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try
from screening import sandbox_process, syscall_filter

ESCAPES = Attack(item="15.2.5", title="system calls of a decoder that was taken over")
PROCESSES = Attack(item="15.2.5, 13.3.2", title="the running decoders: filter, rights, environment")

_RIGHTS = {"Seccomp": "2", "NoNewPrivs": "1"}
_SECRETS = ("AWS_", "SECRET", "TOKEN", "REDIS")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    """None where the kernel is not Linux: the filter is of Linux."""
    if sys.platform != "linux":
        return
    outcomes = cache(run_escapes)
    with tempfile.TemporaryDirectory() as folder:
        names = escapes.build_attempts(Path(folder), 0).keys() - escapes.ALLOWED
    for name in sorted(names):
        yield ESCAPES.build_try(name, _find_escape, name, outcomes)
    for name in _RIGHTS:
        yield PROCESSES.build_try(name, _find_right, target, name)
    yield PROCESSES.build_try("environment", _find_secret, target)


def run_escapes() -> Mapping[str, str]:
    """The outcome of each attempt. This process is the one that is attacked."""
    syscall_filter.protect_memory()
    with tempfile.TemporaryDirectory() as folder:
        victim = Path(folder) / "film"
        victim.write_bytes(b"film")
        command = [sys.executable, "-m", escapes.__name__, str(victim)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        files = [path.name for path in victim.parent.iterdir()]
        is_intact = files == ["film"] and victim.read_bytes() == b"film"
    outcomes: dict[str, str] = json.loads(run.stdout.splitlines()[-1])
    return {**outcomes, "victim": "intact" if is_intact else "changed"}


def _find_escape(name: str, run: Callable[[], Mapping[str, str]]) -> str:
    outcomes = run()
    expected = escapes.ERRORS.get(name, "EPERM")
    if outcomes["victim"] != "intact":
        return "the file was changed"
    return "" if outcomes[name] == expected else f"it came to {outcomes[name]}"


def _find_decoders(target: Target) -> list[psutil.Process]:
    processes = psutil.Process(target.system.process.pid).children(recursive=True)
    return [process for process in processes if sandbox_process.__name__ in process.cmdline()]


def _find_right(target: Target, name: str) -> str:
    """One decoder at least has read a file, with which its confinement begins."""
    fields = [
        dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        for status in (
            Path(f"/proc/{process.pid}/status").read_text() for process in _find_decoders(target)
        )
    ]
    values = [field[name] for field in fields]
    return "" if _RIGHTS[name] in values else f"{name} of the decoders is {values}"


def _find_secret(target: Target) -> str:
    for process in _find_decoders(target):
        if names := [name for name in process.environ() if name.startswith(_SECRETS)]:
            return f"its environment has {names}"
    return "" if _find_decoders(target) else "there is no decoder"

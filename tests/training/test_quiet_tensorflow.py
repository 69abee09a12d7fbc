"""The known messages of TensorFlow stay out of the log, and everything else comes through."""

import subprocess
import sys


def _run(code: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", f"from training.quiet_tensorflow import *\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_importing_tensorflow_logs_nothing_and_an_error_of_its_kernels_stays() -> None:
    code = """
quiet_tensorflow()
import os
import tensorflow as tf
tf.config.list_physical_devices("GPU")
os.write(2, b"E0000 00:00:1.5 1 kernel.cc:1] out of memory\\n")
"""
    assert _run(code).stderr == "E0000 00:00:1.5 1 kernel.cc:1] out of memory\n"


def test_the_last_words_of_a_process_that_aborts_come_through() -> None:
    code = """
quiet_tensorflow()
quiet_tensorflow()
import os
os.write(2, b"Check failed: a line without its end")
os.abort()
"""
    result = _run(code)
    assert result.returncode < 0
    assert result.stderr.startswith("Check failed: a line without its end")


def test_an_exception_comes_through() -> None:
    result = _run("quiet_tensorflow()\nraise ValueError('so')")
    assert result.returncode == 1
    assert result.stderr.endswith("ValueError: so\n")


def test_without_grep_all_is_logged() -> None:
    code = """
import os, sys
os.environ["PATH"] = "/nowhere"
quiet_tensorflow()
print("failed call to cuInit", file=sys.stderr)
"""
    assert _run(code).stderr == "failed call to cuInit\n"

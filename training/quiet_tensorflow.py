"""Keeps TensorFlow's known messages out of the logs of a command; errors stay.

The libraries write to the file descriptor of stderr at import, partly before they read
TF_CPP_MIN_LOG_LEVEL, so a filter stands behind it: a process of its own, which writes what is left
also where this one dies.
"""

import atexit
import contextlib
import os
import subprocess
import sys
from functools import cache

# TensorFlow's level 2 leaves errors; 3 would hide them as well.
_LEVEL = "2"
# Messages of TensorFlow 2.21 on a machine without a GPU, which say nothing about a run.
_NOISE = (
    "All log messages before absl::InitializeLog",
    "oneDNN custom operations are on",
    "oneDNN supports DT_HALF only on platforms",
    "Could not find cuda drivers on your machine",
    "failed call to cuInit",
    "NodeDef mentions attribute use_unbounded_threadpool",
    "Created TensorFlow Lite XNNPACK delegate for CPU",
)


@cache
def quiet_tensorflow() -> None:
    """Filters stderr of this process from now on; a second call changes nothing.

    To be called by commands before TensorFlow is imported. Without `grep` nothing is filtered.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", _LEVEL)
    stderr = os.dup(2)
    options = [word for text in _NOISE for word in ("-e", text)]
    try:
        grep = subprocess.Popen(
            ["grep", "--line-buffered", "--text", "--fixed-strings", "--invert-match", *options],
            stdin=subprocess.PIPE,
            stdout=stderr,
            # Ctrl-C ends this process first, and its last words have to pass.
            start_new_session=True,
        )
    except FileNotFoundError:
        os.close(stderr)
        return
    assert grep.stdin is not None
    os.dup2(grep.stdin.fileno(), 2)
    grep.stdin.close()
    atexit.register(_end, grep, stderr)


def _end(grep: "subprocess.Popen[bytes]", stderr: int) -> None:
    """Returns stderr, and waits until the filter has written all; not for ever, since a child of
    this process may still write to it.
    """
    sys.stderr.flush()
    os.dup2(stderr, 2)
    with contextlib.suppress(subprocess.TimeoutExpired):
        grep.wait(timeout=5)

"""What code inside a decoder may try once a file has taken it over.

`python -m reliability.attack.escapes VICTIM`: runs in a process that is confined as the decoder is,
and prints the outcome of each attempt in JSON: the name of an error, or `done`. `libc` calls skip
Python's own checks.
"""

import ctypes
import errno
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from screening.syscall_filter import confine

# What the decoder itself needs, and a kernel that refuses a second filter.
ALLOWED = frozenset({"thread", "read", "a refused filter"})
# The error of an attempt, where it is not EPERM. Without clone3, the C library uses clone.
ERRORS = {"memory": "EACCES", "environment": "EACCES", "clone3": "ENOSYS"}

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def build_attempts(victim: Path, parent: int) -> Mapping[str, Callable[[], object]]:
    """`victim` is a file, `parent` the process that started this one."""
    return {
        "socket": lambda: socket.socket(),
        "local socket": lambda: socket.socket(socket.AF_UNIX),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "fork": lambda: os.fork(),
        "vfork": lambda: _call("vfork"),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "unlink": lambda: victim.unlink(),
        "rename": lambda: victim.rename(f"{victim}2"),
        "truncate": lambda: os.truncate(victim, 0),
        "write": lambda: victim.open("r+b"),
        "create": lambda: Path(f"{victim}3").open("xb"),
        "append": lambda: victim.open("ab"),
        "chmod": lambda: victim.chmod(0o777),
        "link": lambda: os.link(victim, f"{victim}4"),
        "folder": lambda: Path(f"{victim}5").mkdir(),
        "ptrace": lambda: _call("ptrace", 16, parent, 0, 0),
        "memory": lambda: Path(f"/proc/{parent}/mem").open("rb"),
        "environment": lambda: Path(f"/proc/{parent}/environ").open("rb"),
        "kill": lambda: os.kill(parent, 0),
        "own signal to it": lambda: _call("fcntl", 0, 8, parent),
        "limits": lambda: _call("prlimit", parent, 7, 0, 0),
        "namespace": lambda: _call("unshare", 0x10000000),
        "io_uring": lambda: _call("syscall", 425, 1, 0),
        "clone3": lambda: _call("syscall", 435, 0, 0),
        "thread": lambda: threading.Thread(target=list).start(),
        "read": lambda: victim.open("rb").close(),
        "a refused filter": confine,
    }


def main() -> None:
    attempts = build_attempts(Path(sys.argv[1]), os.getppid())
    confine()
    outcomes = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            outcomes[name] = "done"
        except OSError as error:
            outcomes[name] = errno.errorcode[error.errno or 0]
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()

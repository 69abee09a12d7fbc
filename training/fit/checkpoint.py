"""Checkpoints from which a run goes on as if it had never stopped: same curve, same weights.

Keras's own callbacks keep neither the state of dropout's random numbers, nor the place within an
epoch, nor what early stopping has seen. So all variables are kept, and the loop's own numbers.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.recipes import Recipe

Arrays = list[NDArray[np.float32]]

# The last may be torn where the machine went while it was written.
_KEPT = 2
_FILES = "step-*.npz"
# What a run leaves beside them when it has learnt: the network's weights alone.
TRAINED = "trained.npz"
_PROGRESS = "progress"


class CheckpointError(TrainingError):
    """A checkpoint of another run; the message says what to do."""


@dataclass
class Progress:
    """Where a run is: `step` batches of `epoch` are done (both from 0), their losses add up to
    `loss_sum`. `best_loss` is the best validation loss, `waited` the epochs since.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    best_loss: float = float("inf")
    waited: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    is_over: bool = False


@dataclass
class Snapshot:
    """`variables` are all of model and optimiser, `best` the weights of the best epoch."""

    progress: Progress
    variables: Arrays
    best: Arrays


class Checkpoints:
    """In `folder`, for the one run that `run` identifies."""

    def __init__(self, folder: Path, *, run: str) -> None:
        self._folder = folder
        self._run = run
        folder.mkdir(parents=True, exist_ok=True)

    def latest(self) -> Snapshot | None:
        """None where none can be read. Raises CheckpointError where it is another run's."""
        for path in reversed(self._paths()):
            try:
                return self._read(path)
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
                print(f"{path.name} is torn, and the checkpoint before it is taken", flush=True)
        return None

    def save(self, snapshot: Snapshot) -> None:
        """Whole or not at all, whenever the machine stops."""
        number = int(self._paths()[-1].stem.rpartition("-")[2]) + 1 if self._paths() else 1
        content = io.BytesIO()
        said = json.dumps({"run": self._run, **asdict(snapshot.progress)}).encode()
        arrays: dict[str, Any] = {
            _PROGRESS: np.frombuffer(said, np.uint8),
            **{f"variable_{index}": each for index, each in enumerate(snapshot.variables)},
            **{f"best_{index}": each for index, each in enumerate(snapshot.best)},
        }
        np.savez(content, **arrays)
        write_atomically(self._folder / f"step-{number:08}.npz", content.getvalue())
        for path in self._paths()[:-_KEPT]:
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(_FILES))

    def _read(self, path: Path) -> Snapshot:
        # From memory: numpy leaves a file open that is torn.
        with np.load(io.BytesIO(path.read_bytes())) as kept:
            said = json.loads(kept[_PROGRESS].tobytes())
            run = said.pop("run")
            if run != self._run:
                raise CheckpointError(
                    f"{path.parent} is of another run: another recipe, other settings or other "
                    "data. Remove that folder, or name another one with --checkpoints."
                )
            return Snapshot(
                progress=Progress(**said),
                variables=list(_numbered(kept, "variable")),
                best=list(_numbered(kept, "best")),
            )


def _numbered(kept: Mapping[str, NDArray[np.float32]], name: str) -> Iterator[NDArray[np.float32]]:
    index = 0
    while f"{name}_{index}" in kept:
        yield kept[f"{name}_{index}"]
        index += 1


def remove_checkpoints(folder: Path) -> None:
    """Removes the checkpoints of a run that has ended, and nothing else that lies there."""
    for path in [*folder.glob(_FILES), folder / TRAINED]:
        path.unlink(missing_ok=True)


def write_trained_weights(folder: Path, weights: Arrays) -> Path:
    """The weights that a run has come to, in Keras's order."""
    content = io.BytesIO()
    np.savez(content, *weights)
    write_atomically(folder / TRAINED, content.getvalue())
    return folder / TRAINED


def read_trained_weights(path: Path) -> Arrays:
    with np.load(path) as kept:
        return [kept[f"arr_{index}"] for index in range(len(kept))]


def run_sha256(recipe: Recipe, parts: Sequence[NDArray[np.generic]], *, first: str) -> str:
    """One hash for a recipe with all its numbers, the arrays that it is trained on, and the `first`
    weights' own."""
    digest = hashlib.sha256(f"{recipe.sha256} {first}".encode())
    for part in parts:
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """The file is there with all its bytes, or as it was before."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    Path(out.name).replace(path)

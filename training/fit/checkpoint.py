"""Checkpoints from which a killed run resumes with the same curve and the same weights.

Keras's callbacks store neither the state of dropout's random numbers, nor the position within an
epoch, nor the state of early stopping. So a checkpoint holds all variables and the loop's counters.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.atomic_write import write_atomically
from training.errors import TrainingError
from training.recipe import Recipe

Arrays = list[NDArray[np.float32]]

# Two are stored, because the last may be damaged if the machine stopped while it was written.
_STORED_CHECKPOINTS = 2
_FILES = "step-*.npz"
# The weights of a run that has ended, beside its checkpoints.
TRAINED_WEIGHTS = "trained.npz"
_PROGRESS = "progress"


class CheckpointError(TrainingError):
    """The checkpoint belongs to another run; the message says what to do."""


@dataclass
class Progress:
    """The position of a run: `step` batches of `epoch` are done, both counted from 0.

    `loss_sum` is the sum of those batches' losses, `best_loss` the best validation loss, and
    `waited` the number of epochs since. `seconds` is the duration up to the checkpoint,
    summed over resumed runs, and `environments` are those of the runs. Checkpoints hold these
    names.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    best_loss: float = float("inf")
    waited: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    is_over: bool = False
    seconds: float = 0.0
    environments: list[dict[str, str | None]] = field(default_factory=list)


@dataclass
class Snapshot:
    """`variables` are all of model and optimiser, `best` the weights of the best epoch."""

    progress: Progress
    variables: Arrays
    best: Arrays


class Checkpoints:
    """The checkpoints in `folder` of the run with the hash `run`."""

    def __init__(self, folder: Path, *, run: str) -> None:
        self._folder = folder
        self._run = run
        folder.mkdir(parents=True, exist_ok=True)

    def read_latest(self) -> Snapshot | None:
        """Returns the newest readable checkpoint, or None. Raises CheckpointError."""
        for path in reversed(self._paths()):
            try:
                return self._read(path)
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
                print(f"{path.name} is damaged; the checkpoint before it is used", flush=True)
        return None

    def write(self, snapshot: Snapshot) -> None:
        """Writes a checkpoint and removes the oldest."""
        number = int(self._paths()[-1].stem.rpartition("-")[2]) + 1 if self._paths() else 1
        progress = json.dumps({"run": self._run, **asdict(snapshot.progress)}).encode()
        arrays: dict[str, Any] = {
            _PROGRESS: np.frombuffer(progress, np.uint8),
            **{f"variable_{index}": array for index, array in enumerate(snapshot.variables)},
            **{f"best_{index}": array for index, array in enumerate(snapshot.best)},
        }
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        write_atomically(self._folder / f"step-{number:08}.npz", buffer.getvalue())
        for path in self._paths()[:-_STORED_CHECKPOINTS]:
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(_FILES))

    def _read(self, path: Path) -> Snapshot:
        # Read into memory first: numpy leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes())) as arrays:
            progress = json.loads(arrays[_PROGRESS].tobytes())
            if progress.pop("run") != self._run:
                raise CheckpointError(
                    f"{path.parent} is of another run: another recipe, other settings or other "
                    "data. Remove that folder, or name another one with --checkpoints."
                )
            return Snapshot(
                progress=Progress(**progress),
                variables=list(_numbered(arrays, "variable")),
                best=list(_numbered(arrays, "best")),
            )


def remove_checkpoints(folder: Path) -> None:
    """Removes the checkpoints and weights of a run that has ended, and no other files."""
    for path in [*folder.glob(_FILES), folder / TRAINED_WEIGHTS]:
        path.unlink(missing_ok=True)


def write_trained_weights(folder: Path, weights: Arrays) -> Path:
    """Writes the final weights in Keras's order and returns the file's path."""
    buffer = io.BytesIO()
    np.savez(buffer, *weights)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / TRAINED_WEIGHTS, buffer.getvalue())
    return folder / TRAINED_WEIGHTS


def read_trained_weights(path: Path) -> Arrays:
    """Reads the weights that `write_trained_weights` wrote."""
    with np.load(path) as arrays:
        return [arrays[f"arr_{index}"] for index in range(len(arrays))]


def run_sha256(recipe: Recipe, arrays: Sequence[NDArray[np.generic]], *, first_weights: str) -> str:
    """Returns one hash of all settings, the training arrays and the hash of the first weights."""
    digest = hashlib.sha256(f"{recipe.sha256} {first_weights}".encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _numbered(
    arrays: Mapping[str, NDArray[np.float32]], name: str
) -> Iterator[NDArray[np.float32]]:
    index = 0
    while f"{name}_{index}" in arrays:
        yield arrays[f"{name}_{index}"]
        index += 1

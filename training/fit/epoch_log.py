"""The figures of each epoch: a line of the log, and curves for TensorBoard."""

from collections.abc import Mapping
from pathlib import Path

import tensorflow as tf


class EpochLog:
    """`folder` is for TensorBoard; None writes lines only."""

    def __init__(self, folder: Path | None) -> None:
        self._curves = tf.summary.create_file_writer(str(folder)) if folder else None

    def write(self, epoch: int, figures: Mapping[str, float]) -> None:
        """Writes the figures of an epoch, counted from 0.

        The line counts from 1; `training.log_metrics` has the regular expressions for it.
        """
        if self._curves is not None:
            with self._curves.as_default(step=epoch):
                for name, value in figures.items():
                    tf.summary.scalar(name, value)
            self._curves.flush()
        words = [f"{name} {format_figure(name, value)}" for name, value in figures.items()]
        print(f"epoch {epoch + 1}", *words, flush=True)


def format_figure(name: str, value: float) -> str:
    """Losses with nine digits, so that two runs can be compared; other figures shorter."""
    if name.endswith("loss"):
        return f"{value:.9f}"
    return f"{value:.1f}" if name == "images_per_second" else f"{value:.6g}"

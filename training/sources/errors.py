"""Errors of making a data set."""

from training.errors import TrainingError


class SourceError(TrainingError):
    """The source cannot become a data set.

    SourceError
        UnusableImage      one image, which is left out with this reason; the rest goes on
    """


class UnusableImage(SourceError):
    """One image cannot be used; the message says why, without the image's name."""

"""What stands in the way of a data set."""

from training.errors import TrainingError


class SourceError(TrainingError):
    """No data set can be made of what was given.

    SourceError
        UnusablePicture      one picture, which is left out with this reason; the others go on
    """


class UnusableImage(SourceError):
    """One picture cannot be used; the message says why, without the picture's name."""

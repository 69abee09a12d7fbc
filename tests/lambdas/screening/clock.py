"""A clock for tests of what is read again after some seconds."""


class Clock:
    """Shows the seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

"""Reads the learning curve from what a run has printed."""


def read_curve(*outputs: str) -> list[str]:
    """The lines of the epochs without the speed, which differs from run to run."""
    lines = [line for output in outputs for line in output.splitlines()]
    return [
        line.partition(" images_per_second ")[0]
        for line in lines
        if line.startswith("epoch ") and " loss " in line
    ]

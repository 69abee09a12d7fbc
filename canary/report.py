"""Prints a journey for a person: a line for each step, and whether all succeeded."""

import sys

from canary.journey import Journey, JourneyError, Step


def walk(journey: Journey) -> int:
    """Returns the exit status: 0 where each step succeeded, else 1. `journey` reports by
    `print_step`.
    """
    try:
        seconds = journey.run()
    except JourneyError as error:
        print(f"FAILED  {error.step:<12} {error.reason}", file=sys.stderr)
        return 1
    print(f"A film went the whole way in {seconds:.1f} s.")
    return 0


def print_step(step: Step) -> None:
    print(f"ok      {step.name:<12} {step.seconds:6.2f} s  {step.detail}", flush=True)

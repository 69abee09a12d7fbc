"""All families of attacks, in their order: those that use up a limit come last."""

import random
from collections.abc import Callable, Iterator, Sequence

from PIL import Image

from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_image
from reliability.attack import (
    access,
    bodies,
    consumption,
    cookies,
    decoder,
    exposure,
    files,
    forgery,
    hosts,
    inventory,
    logout,
    malformed,
    markup,
    redirects,
    renewals,
    storage,
    tokens,
)
from reliability.attack.controls import check_controls
from reliability.attack.target import Target, prepare_target
from reliability.attack.tries import Result, Try, choose_tries, run_tries
from reliability.running_system import RunningSystem

Family = Callable[[Target, random.Random], Iterator[Try]]

FAMILIES: tuple[Family, ...] = (
    tokens.build_tries,
    access.build_tries,
    forgery.build_tries,
    cookies.build_tries,
    logout.build_tries,
    redirects.build_tries,
    renewals.build_tries,
    hosts.build_tries,
    markup.build_tries,
    storage.build_tries,
    files.build_tries,
    malformed.build_tries,
    bodies.build_tries,
    exposure.build_tries,
    inventory.build_tries,
    decoder.build_tries,
    consumption.build_tries,
)
_TRIES_OF_AN_ATTACK = 3


def prepare(system: RunningSystem) -> Target:
    """Raises TimeoutError where the system does not answer, or ControlError."""
    target = prepare_target(system, encode_image(Image.fromarray(draw_phantom())))
    check_controls(target)
    return target


def attack(
    target: Target, *, seed: int, is_small: bool, families: Sequence[Family] = FAMILIES
) -> Sequence[Result]:
    """Runs all tries, or a few of each attack. The seed decides what is random."""
    generator = random.Random(seed)
    tries = [attempt for family in families for attempt in family(target, generator)]
    if is_small:
        tries = list(choose_tries(tries, _TRIES_OF_AN_ATTACK, generator=generator))
    return list(run_tries(tries))

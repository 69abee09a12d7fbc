"""The cautions that stand beside an answer."""

from contracts.answers import Caution
from contracts.api import RadiographView


def list_cautions(view: RadiographView) -> tuple[Caution, ...]:
    """The cautions of an answer. One of an earlier release says nothing of an age that is unknown,
    which is a caution too.
    """
    if view.answer is None:
        return ()
    cautions = view.answer.cautions
    if view.answer.is_assessed and view.age_years is None and Caution.AGE_UNKNOWN not in cautions:
        return (Caution.AGE_UNKNOWN, *cautions)
    return cautions

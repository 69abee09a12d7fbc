"""The populations of a model card, for screening and for the page."""

from collections.abc import Mapping
from typing import Any

from contracts.answers import Population


def list_populations(card: Mapping[str, Any]) -> dict[Population, Mapping[str, Any]]:
    """The fields of each population in the JSON object of a card, children first.

    They are `valid`, `age_years`, `calibration`, `operating_point`, `validation` and, for the page
    only, `metrics`. `validation` may have a curve `roc`: objects with `false_positive_rate` and
    `sensitivity`, from (0, 0) to (1, 1). A card of a release before 0.2 describes children only, at
    its top level, and its ages as intended use.
    """
    if "populations" in card:
        populations = card["populations"]
        return {name: populations[name] for name in Population if name in populations}
    ages = card.get("intended_use", {}).get("age_years")
    return {Population.CHILD: {**card, "age_years": ages, "valid": True}}


def tells_adults(card: Mapping[str, Any]) -> bool:
    """Whether the network has the output `adult`: by the recipe, or where the card limits it."""
    return bool(card.get("recipe", {}).get("adults")) or "min_adult_log_odds" in card

"""A site whose reviews fit other settings than it has, and its recalibration."""

import json
from collections.abc import Callable

from contracts.sites import SettingsVersion
from recalibration import command
from recalibration.target import Target
from screening.card import parse_card
from storage.site_settings import SiteSettingsStore
from tests.conftest import ROOT

NORTH = "siteNorth"
CARD = json.loads((ROOT / "models" / "model_card.json").read_text())
PutFilms = Callable[..., None]


def store(target: Target) -> SiteSettingsStore:
    return SiteSettingsStore(target.s3, target.facts_bucket)


def read_newest(target: Target) -> SettingsVersion:
    newest = store(target).read_newest(NORTH)
    assert newest is not None
    return newest


def find_logit(log_odds: float) -> float:
    """The network's output that the card calibrates to these log odds."""
    card = parse_card(CARD)
    return (log_odds - card.children.shift) * card.children.temperature


def agree(_: str) -> bool:
    return True


def recalibrate(target: Target, site: str, *, confirm: Callable[[str], bool]) -> str:
    return command.recalibrate(target, site, why="Dr. Example: a new scanner", confirm=confirm)


def put_shifted_site(put_films: PutFilms) -> None:
    put_films(10, decision="pneumonia", logit=find_logit(4.0))
    put_films(10, "no_pneumonia", decision="pneumonia", logit=find_logit(1.5))
    put_films(12, decision="no_pneumonia", logit=find_logit(-4.0))

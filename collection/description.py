"""What `about.json` says of collected films: origin, licence, and how good the labels are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from collection.snapshot import Provenance
from contracts.labels import LabelSource
from training.data.manifest import MAX_CHILD_AGE, PUBLIC_DESCRIPTION

_LICENCE = "own films of the hospital: for its own models, not to be passed on"
_BIAS = (
    "Only films that doctors reviewed or that have an outcome are in it, and most doctors had seen "
    "the answer, so labels lean towards it and films differ from all films of the site "
    "(verification bias). {blind:.0%} of the labels are of doctors who had not seen the answer, "
    "{outcome:.0%} of outcomes."
)


def describe_bias(films: Sequence[Provenance]) -> str:
    return _BIAS.format(
        blind=_share(film.reading == "blind" for film in films),
        outcome=_share(film.label_source == LabelSource.OUTCOME for film in films),
    )


def describe_films(stage: str, films: Sequence[Provenance]) -> dict[str, Any]:
    """The content of `about.json` for collected films alone."""
    sites = sorted({film.site for film in films})
    days = sorted(film.answered_at[:10] for film in films)
    return {
        "name": f"reviewed films of {', '.join(sites)}, stage {stage}, {days[0]} to {days[-1]}",
        "licence": _LICENCE,
        "credit": f"doctors of {', '.join(sites)}",
        "age_years": _span_ages(films),
        "intended_use": "training and testing models for the sites that the films come from; "
        "films of children by the answer that they got",
        "verification_bias": describe_bias(films),
        "films": len(films),
        "patients": len({film.patient for film in films}),
        "withheld_patients": len({film.patient for film in films if film.split == "test"}),
        "label_sources": dict(sorted(Counter(film.label_source for film in films).items())),
    }


def join_descriptions(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The content of `about.json` for a base with collected films; both stand in `sources`."""
    joined = {name: f"{base[name]}; {own[name]}" for name in ("name", "licence", "credit")}
    spans = [base["age_years"], own["age_years"]]
    ages = [min(span[0] for span in spans), max(span[1] for span in spans)]
    return {**own, **joined, "age_years": ages, "sources": [dict(base), dict(own)]}


def _span_ages(films: Sequence[Provenance]) -> list[int]:
    """The youngest and the oldest age, in years, of the films that have one.

    Where none has, the ages of the released model's films: it took them for films of children.
    """
    ages = [min(int(film.age_years), MAX_CHILD_AGE) for film in films if film.age_years]
    return [min(ages), max(ages)] if ages else list(PUBLIC_DESCRIPTION["age_years"])


def _share(flags: Iterable[bool]) -> float:
    flags = tuple(flags)
    return sum(flags) / len(flags)

"""What the facts of one radiograph say: its answers, its reviews and the settings that they follow.

Facts name no patient. A person is the id of an account, which only the user pool resolves.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.answers import Answer
from contracts.facts import (
    AgeCorrected,
    Created,
    Deleted,
    Fact,
    Received,
    Rejected,
    Reviewed,
    ReviewWithdrawn,
    Screened,
)
from contracts.serialisation import parse_fact
from contracts.sites import SettingsVersion
from release.stage_account import StageAccount, StageError
from storage.facts import read_fact_contents
from storage.site_settings import SiteSettingsStore


@dataclass(frozen=True, kw_only=True)
class AnswerTrace:
    """The facts of a radiograph in their order. `unreadable` counts those that this release cannot
    read. `settings` are the versions of the site's settings that answers follow.
    """

    radiograph_id: str
    facts: tuple[Fact, ...]
    unreadable: int
    settings: tuple[SettingsVersion, ...]

    @property
    def answers(self) -> list[Answer]:
        return [each.answer for each in self.facts if isinstance(each, Screened | AgeCorrected)]

    @property
    def versions(self) -> list[str]:
        """The model versions that answered, without repetitions."""
        return list(dict.fromkeys(answer.model_version for answer in self.answers))


def read_trace(account: StageAccount, radiograph_id: str) -> AnswerTrace:
    """Raises StageError if the stage has no such radiograph, and botocore's errors."""
    environment = account.environment
    if not environment.facts_bucket:
        raise StageError(
            f"The stage {environment.stage} was deployed by an earlier release, which does not "
            f"name its facts: make deploy STAGE={environment.stage}"
        )
    s3, facts, unreadable = account.client("s3"), [], 0
    for content, _ in read_fact_contents(s3, environment.facts_bucket, radiograph_id):
        try:
            facts.append(parse_fact(json.loads(content)))
        except (ValueError, RecursionError):
            unreadable += 1
    if not facts and not unreadable:
        raise StageError(f"There is no radiograph {radiograph_id} in {environment.stage}.")
    return AnswerTrace(
        radiograph_id=radiograph_id,
        facts=tuple(facts),
        unreadable=unreadable,
        settings=tuple(_read_settings(s3, environment.facts_bucket, facts)),
    )


def describe_fact(fact: Fact) -> tuple[str, str]:
    """The kind of a fact in words, and what it says."""
    match fact:
        case Created():
            return "announced", f"site {fact.site}, account {fact.by}"
        case Received():
            return "received", f"{fact.bytes:,} bytes, sha256 {fact.sha256}"
        case Screened():
            return "answered", _describe_answer(fact.answer, fact.settings_version)
        case AgeCorrected():
            answer = _describe_answer(fact.answer, fact.settings_version)
            return "answered for another age", f"{answer}; account {fact.by}"
        case Reviewed():
            return "reviewed", _describe_review(fact)
        case ReviewWithdrawn():
            return "review withdrawn", f"account {fact.by}, review {fact.review_id}"
        case Rejected():
            return "file not accepted", str(fact.reason)
        case Deleted():
            return "deleted", f"account {fact.by}, reason {fact.reason or 'by a command'}"
    return fact.kind, ""


def _describe_answer(answer: Answer, settings_version: int | None) -> str:
    reason = f" ({answer.reason})" if answer.reason else ""
    settings = f"settings {settings_version}" if settings_version else "no settings of the site"
    return (
        f"{answer.decision}{reason}, probability {answer.probability:.3f} "
        f"(threshold {answer.threshold:.3f}), by {answer.model_version} on the "
        f"{answer.predictor}, artefact {answer.artefact_sha256[:12]}, {settings}"
    )


def _describe_review(fact: Reviewed) -> str:
    settles = f", settles {len(fact.settles)} reviews that differ" if fact.settles else ""
    finding = f"finds {fact.finding}, " if fact.finding else ""
    return f"account {fact.by} {finding}verdict {fact.verdict}{settles}"


def _read_settings(s3: Any, bucket: str, facts: list[Fact]) -> Iterator[SettingsVersion]:
    sites = [fact.site for fact in facts if isinstance(fact, Created)]
    numbers = {
        fact.settings_version
        for fact in facts
        if isinstance(fact, Screened | AgeCorrected) and fact.settings_version
    }
    store = SiteSettingsStore(s3, bucket)
    for number in sorted(numbers) if sites else ():
        version = store.read(sites[0], number)
        if version is not None:
            yield version

"""Alarm rules for shares that a fault raises: what is unanswered, rejected, unusable, disputed.

Each share has an alarm for each of some times: the shortest rings soonest where there is much to
count, and within the longest a small site has enough. `cloudwatch.binomial` has the least count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.binomial import min_count
from cloudwatch.metrics import own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import SITE, Metric, Service

# By the ends of the alarms' names.
_PERIODS: Mapping[str, Duration] = {
    "": Duration.hours(1),
    "-2h": Duration.hours(2),
    "-6h": Duration.hours(6),
}
_LIMIT = 0.5
# Announced and not final, also where nothing at all is final.
_UNANSWERED = "created - FILL(final, 0)"


@dataclass(frozen=True, kw_only=True)
class _Share:
    """`part` and `whole` are expressions of `metrics`. `usual` is the highest share of normal days;
    `extra` are further times.
    """

    name: str
    metrics: Mapping[str, tuple[Metric, Service, str]]
    part: str
    whole: str
    usual: float = 0.1
    extra: Mapping[str, Duration] = field(default_factory=dict)
    meaning: str
    action: str


_SHARES = (
    _Share(
        name="unanswered",
        metrics={
            "created": (Metric.CREATED, Service.API, "Sum"),
            # Each film that is answered or rejected counts once, as 0 or 1.
            "final": (Metric.REJECTED_FILES, Service.SCREENING, "SampleCount"),
        },
        part=_UNANSWERED,
        whole="created",
        # Announced and never sent.
        usual=0.05,
        extra={"-30m": Duration.minutes(30)},
        meaning="announced films that are neither answered nor rejected",
        action="See whether uploads reach the queue and the screening function, from the images "
        "bucket on",
    ),
    _Share(
        name="files-rejected",
        metrics={
            "rejected": (Metric.REJECTED_FILES, Service.SCREENING, "Sum"),
            "files": (Metric.REJECTED_FILES, Service.SCREENING, "SampleCount"),
        },
        part="rejected",
        whole="files",
        meaning="files that are rejected",
        action="Find the most frequent reason on the dashboard, and ask the site which device or "
        "viewer was changed",
    ),
    _Share(
        name="images-unusable",
        metrics={
            "unusable": (Metric.UNUSABLE_IMAGES, Service.SCREENING, "Sum"),
            "answers": (Metric.UNUSABLE_IMAGES, Service.SCREENING, "SampleCount"),
        },
        part="unusable",
        whole="answers",
        meaning="answers that assess nothing because of the image",
        action="Find the most frequent reason on the list of films that were not assessed, and ask "
        "the site which device or viewer was changed",
    ),
    _Share(
        name="reviews-disagree",
        metrics={
            "disagree": (Metric.DISAGREEMENTS, Service.API, "Sum"),
            "reviews": (Metric.DISAGREEMENTS, Service.API, "SampleCount"),
        },
        part="disagree",
        whole="reviews",
        # Where a decision is given, the card's accuracy is 98 %; doctors differ too.
        usual=0.08,
        extra={"-90m": Duration.minutes(90), "-12h": Duration.hours(12)},
        meaning="reviews that disagree with the answer",
        action="Tell the doctors to read without the answers, and roll back to the previous model "
        "if a radiologist disagrees with ten of them too",
    ),
)


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    for site in resources.sites:
        for share in _SHARES:
            for suffix, period in {**share.extra, **_PERIODS}.items():
                yield _rule(resources, site, share, period, suffix=suffix)


def _rule(
    resources: MonitoredResources, site: str, share: _Share, period: Duration, *, suffix: str
) -> Rule:
    least = min_count(usual=share.usual, limit=_LIMIT)
    metrics = {
        name: own_metric(
            metric,
            resources,
            service=service,
            statistic=statistic,
            period=period,
            dimensions={SITE: site},
        )
        for name, (metric, service, statistic) in share.metrics.items()
    }
    return Rule(
        name=f"{share.name}{suffix}-{site}",
        runbook=share.name,
        metric=cloudwatch.MathExpression(
            expression=f"IF({share.part} >= {least}, ({share.part}) / {share.whole}, 0)",
            using_metrics=dict(metrics),
            label=f"share of {share.meaning} at {site}",
            period=period,
        ),
        threshold=_LIMIT,
        severity=Severity.PAGE,
        reason=f"where {share.usual:.0%} is usual, chance passes {_LIMIT:.0%} with at least "
        f"{least} {share.meaning} once in a million times.",
        action=f"{share.action}: it concerns {site}.",
    )

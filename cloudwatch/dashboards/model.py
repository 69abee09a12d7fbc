"""Is the model well? What a data scientist opens, and a doctor who doubts an answer."""

from cloudwatch.dashboards.widgets import THIRD, WIDE, Row, graph
from cloudwatch.metrics import each, own
from cloudwatch.monitored_resources import Watched
from cloudwatch.positive_rate_limits import limits
from contracts.metrics import SITE, Metric, Service

_ROW = WIDE // THIRD


def rows(watched: Watched) -> list[Row]:
    return [_decisions(watched), *_rates(watched), _predictors(watched), _files(watched)]


def _decisions(watched: Watched) -> Row:
    return [
        graph("What is decided?", each(Metric.ANSWERED, watched)),
        graph(
            "Which share of the answers is positive?",
            each(Metric.POSITIVE, watched, statistic="Average"),
        ),
        # Percentiles are of all single values: no average of averages hides a second peak.
        graph(
            "How probable is pneumonia for the lowest tenth, the middle and the highest tenth?",
            each(Metric.PROBABILITY, watched, statistic="p10"),
            each(Metric.PROBABILITY, watched, statistic="p50"),
            each(Metric.PROBABILITY, watched, statistic="p90"),
        ),
    ]


def _rates(watched: Watched) -> list[Row]:
    """A graph a site, as each has limits of its own."""
    graphs = []
    for name, site in watched.sites.items():
        known = limits(site)
        rate = own(
            Metric.POSITIVE_RATE,
            watched,
            service=Service.SCREENING,
            statistic="Average",
            dimensions={SITE: name},
        )
        question = f"Of the last 100 answers of {name}, is a likely share positive?"
        graphs.append(graph(question, rate, between=(known.low, known.high)))
    return [graphs[first : first + _ROW] for first in range(0, len(graphs), _ROW)]


def _predictors(watched: Watched) -> Row:
    return [
        graph(
            "Which predictor answers, and does the CPU model stand in?",
            each(Metric.PREDICTIONS, watched),
            each(Metric.FALLBACK, watched),
        ),
        graph("How often is an answer known already?", each(Metric.ANSWER_REUSED, watched)),
        graph(
            "How long does screening wait for the endpoint?",
            each(Metric.ENDPOINT_SECONDS, watched, statistic="p50"),
            each(Metric.ENDPOINT_SECONDS, watched, statistic="p95"),
            unit="Seconds",
        ),
    ]


def _files(watched: Watched) -> Row:
    return [
        graph("Which files are turned away, and why?", each(Metric.REJECTED, watched)),
        graph("Do doctors agree?", each(Metric.REVIEWED, watched)),
    ]

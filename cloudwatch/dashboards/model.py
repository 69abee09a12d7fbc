"""The model dashboard: are the model's answers plausible?"""

from cloudwatch.dashboards.widgets import THIRD, WIDE, Row, graph
from cloudwatch.metrics import each_metric, own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.positive_rate_limits import compute_limits
from contracts.metrics import SITE, Metric, Service

_ROW = WIDE // THIRD


def rows(resources: MonitoredResources) -> list[Row]:
    return [_decisions(resources), *_rates(resources), _predictors(resources), _files(resources)]


def _decisions(resources: MonitoredResources) -> Row:
    return [
        graph("What does the model decide?", each_metric(Metric.ANSWERED, resources)),
        graph(
            "Which share of the answers is positive?",
            each_metric(Metric.POSITIVE, resources, statistic="Average"),
        ),
        # Percentiles of all single values: an average of averages could hide a second peak.
        graph(
            "How probable is pneumonia for the lowest tenth, the middle and the highest tenth?",
            each_metric(Metric.PROBABILITY, resources, statistic="p10"),
            each_metric(Metric.PROBABILITY, resources, statistic="p50"),
            each_metric(Metric.PROBABILITY, resources, statistic="p90"),
        ),
    ]


def _rates(resources: MonitoredResources) -> list[Row]:
    """A graph per site, because each has its own limits."""
    graphs = []
    for name, site in resources.sites.items():
        limits = compute_limits(site)
        rate = own_metric(
            Metric.POSITIVE_RATE,
            resources,
            service=Service.SCREENING,
            statistic="Average",
            dimensions={SITE: name},
        )
        question = f"Of the last 100 answers of {name}, is a likely share positive?"
        graphs.append(graph(question, rate, between=(limits.low, limits.high)))
    return [graphs[first : first + _ROW] for first in range(0, len(graphs), _ROW)]


def _predictors(resources: MonitoredResources) -> Row:
    return [
        graph(
            "Which predictor answers, and does the CPU model replace the endpoint?",
            each_metric(Metric.PREDICTIONS, resources),
            each_metric(Metric.FALLBACK, resources),
            each_metric(Metric.VERSION_MISMATCH, resources),
        ),
        graph("How often is an answer reused?", each_metric(Metric.ANSWER_REUSED, resources)),
        graph(
            "How long does screening wait for the endpoint?",
            each_metric(Metric.ENDPOINT_SECONDS, resources, statistic="p50"),
            each_metric(Metric.ENDPOINT_SECONDS, resources, statistic="p95"),
            unit="Seconds",
        ),
    ]


def _files(resources: MonitoredResources) -> Row:
    return [
        graph("Which files are rejected, and why?", each_metric(Metric.REJECTED, resources)),
        graph("Do doctors agree?", each_metric(Metric.REVIEWED, resources)),
        graph(
            "How far are the last 200 answers from the first ones, and what rings?",
            each_metric(Metric.DRIFT, resources, statistic="Maximum"),
            each_metric(Metric.DRIFT_PAGES, resources, statistic="Maximum"),
            each_metric(Metric.DRIFT_NOTES, resources, statistic="Maximum"),
        ),
    ]

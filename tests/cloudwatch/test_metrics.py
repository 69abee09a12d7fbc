"""Code emits every metric of dashboards and alarms, and dashboards show every emitted metric."""

from bundles.function_definitions import FUNCTIONS
from contracts.metrics import DIMENSIONS, SERVICE, STAGE, Metric, Service
from tests.cloudwatch.emitted_metrics import DAILY_METRICS
from tests.cloudwatch.template_metrics import MetricKey, alarm_metrics, dashboard_metrics
from tests.synthesis import Template


def test_the_local_system_emits_what_every_day_brings(local_metrics: set[MetricKey]) -> None:
    assert {metric.name for metric in local_metrics} >= DAILY_METRICS


def test_every_metric_of_the_contracts_is_emitted(
    local_metrics: set[MetricKey], failure_metrics: set[MetricKey]
) -> None:
    assert {metric.name for metric in local_metrics | failure_metrics} == set(Metric)


def test_a_metric_carries_the_dimensions_of_the_contracts(
    local_metrics: set[MetricKey], failure_metrics: set[MetricKey]
) -> None:
    for metric in local_metrics | failure_metrics:
        dimensions = {SERVICE, STAGE, *DIMENSIONS[Metric(metric.name)]}
        assert metric.dimensions == dimensions, metric.name


def test_every_emitted_metric_is_drawn(
    monitoring: Template, local_metrics: set[MetricKey], failure_metrics: set[MetricKey]
) -> None:
    shown = dashboard_metrics(monitoring)
    for metric in local_metrics | failure_metrics:
        assert {metric, metric.of_any_service} & shown, metric.name


def test_every_drawn_metric_is_emitted(
    monitoring: Template, local_metrics: set[MetricKey], failure_metrics: set[MetricKey]
) -> None:
    emitted = local_metrics | failure_metrics
    of_any_service = {metric.of_any_service for metric in emitted}
    assert dashboard_metrics(monitoring) <= emitted | of_any_service


def test_every_metric_that_an_alarm_names_is_emitted_by_that_function(
    monitoring: Template, local_metrics: set[MetricKey], failure_metrics: set[MetricKey]
) -> None:
    metrics = alarm_metrics(monitoring)
    assert metrics
    assert metrics <= local_metrics | failure_metrics


def test_a_function_is_called_the_same_in_contracts_and_bundles() -> None:
    assert {*Service} <= {function.name for function in FUNCTIONS}

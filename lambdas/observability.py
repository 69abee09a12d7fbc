"""Logger, tracer and metrics, made once for each function from its service name.

Neither events nor answers nor the texts of errors are logged or traced: they may name a patient.
"""

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from contracts.metrics import NAMESPACE, SERVICE, STAGE, Metric
from lambdas import settings

logger = Logger()
tracer = Tracer()


def count(metric: Metric, times: int = 1, /, **dimensions: str) -> None:
    """One more of `metric`, or several."""
    _emit(metric, times, MetricUnit.Count, dimensions)


def seconds(metric: Metric, value: float, **dimensions: str) -> None:
    """A duration of `metric`."""
    _emit(metric, value, MetricUnit.Seconds, dimensions)


def share(metric: Metric, value: float, **dimensions: str) -> None:
    """A value between 0 and 1 of `metric`."""
    _emit(metric, value, MetricUnit.NoUnit, dimensions)


def _emit(metric: Metric, value: float, unit: MetricUnit, dimensions: dict[str, str]) -> None:
    everywhere = {SERVICE: logger.service, STAGE: settings.stage()}
    with single_metric(
        name=metric.value,
        unit=unit,
        value=value,
        namespace=NAMESPACE,
        default_dimensions={**everywhere, **dimensions},
    ):
        pass

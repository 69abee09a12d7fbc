"""Logger, tracer and metrics, made once for each function from its service name.

Neither events nor responses nor the texts of errors are logged or traced: they may name a patient.
"""

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from contracts.canary import CANARY_SITE
from contracts.metrics import NAMESPACE, SERVICE, SITE, STAGE, Metric
from lambdas.settings import read_stage

logger = Logger()
tracer = Tracer()


def emit_count(metric: Metric, times: int = 1, /, **dimensions: str) -> None:
    """Adds `times` to a metric that counts."""
    _emit(metric, times, MetricUnit.Count, dimensions)


def emit_seconds(metric: Metric, value: float, **dimensions: str) -> None:
    """Emits a duration."""
    _emit(metric, value, MetricUnit.Seconds, dimensions)


def emit_share(metric: Metric, value: float, **dimensions: str) -> None:
    """Emits a value between 0 and 1."""
    _emit(metric, value, MetricUnit.NoUnit, dimensions)


def _emit(metric: Metric, value: float, unit: MetricUnit, dimensions: dict[str, str]) -> None:
    """Writes one log line in CloudWatch's embedded metric format (EMF).

    The metrics of sites count patients' films, and those of the canary are none.
    """
    if dimensions.get(SITE) == CANARY_SITE:
        return
    common = {SERVICE: logger.service, STAGE: read_stage()}
    with single_metric(
        name=metric.value,
        unit=unit,
        value=value,
        namespace=NAMESPACE,
        default_dimensions={**common, **dimensions},
    ):
        pass

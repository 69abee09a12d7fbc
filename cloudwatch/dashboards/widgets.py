"""The graph widget of all dashboards."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

Row = Sequence[cloudwatch.IWidget]

# A dashboard is 24 columns wide.
WIDE = 24
THIRD = 8


def graph(
    question: str,
    *metrics: cloudwatch.IMetric,
    unit: str | None = None,
    between: tuple[float, float] | None = None,
) -> cloudwatch.GraphWidget:
    """A line graph from zero. `between` draws two limits between which the value should stay."""
    return cloudwatch.GraphWidget(
        title=question,
        left=list(metrics),
        width=THIRD,
        left_y_axis=cloudwatch.YAxisProps(min=0, label=unit, show_units=False),
        left_annotations=[
            cloudwatch.HorizontalAnnotation(value=limit, color=cloudwatch.Color.RED)
            for limit in between or ()
        ],
    )

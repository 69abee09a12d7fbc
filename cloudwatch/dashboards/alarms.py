"""The alarms dashboard: how near is each alarm, and what does a person do?"""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.dashboards.widgets import THIRD, WIDE, Row

_ROW = WIDE // THIRD


def rows(alarms: Mapping[str, cloudwatch.IAlarm]) -> list[Row]:
    """A graph of each alarm's own metric, with the line at which it rings."""
    graphs = [
        cloudwatch.AlarmWidget(title=f"How near is {name}?", alarm=alarm, width=THIRD)
        for name, alarm in sorted(alarms.items())
    ]
    return [graphs[first : first + _ROW] for first in range(0, len(graphs), _ROW)]

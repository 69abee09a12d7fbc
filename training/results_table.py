"""The results of a run as a table, for the end of its log."""

from collections.abc import Mapping

from rich.table import Table

from training.value_types import Metrics


def build_results_table(version: str, populations: Mapping[str, Metrics]) -> Table:
    """One row for each metric on validation, one column for each population."""
    table = Table(title=f"{version}, validation", title_justify="left")
    table.add_column("metric")
    for name in populations:
        table.add_column(name, justify="right")
    for metric in dict.fromkeys(name for metrics in populations.values() for name in metrics):
        values = [
            f"{metrics[metric]:.4f}" if metric in metrics else "-"
            for metrics in populations.values()
        ]
        table.add_row(metric.replace("_", " "), *values)
    return table

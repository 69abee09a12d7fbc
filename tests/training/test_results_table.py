"""The results of a run are a table with a column for each population."""

import io

from rich.console import Console

from training.results_table import build_results_table


def test_each_metric_has_a_row_and_each_population_a_column() -> None:
    console = Console(file=io.StringIO(), width=80, record=True)
    populations = {"child": {"auc": 0.99312, "log_loss": 0.1}, "adult": {"auc": 0.6}}
    console.print(build_results_table("joint-1", populations))
    lines = console.export_text().splitlines()
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]
    assert lines[0].strip() == "joint-1, validation"
    assert cells == [["auc", "0.9931", "0.6000"], ["log loss", "0.1000", "-"]]

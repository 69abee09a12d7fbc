"""`/metrics` shows administrators what the functions' log lines say, and others nothing."""

import json
from pathlib import Path

from local.api_gateway.metrics_page import read_metrics, respond, summarise
from local.log_metrics import MetricValue

NOW = 1_800_000_000.0


def build_line(name: str, value: float, *, unit: str, age: float = 0, **dimensions: str) -> str:
    dimensions = {"service": "screening", "stage": "local", **dimensions}
    metrics = [{"Name": name, "Unit": unit}]
    directive = {"Namespace": "X", "Dimensions": [[*dimensions]], "Metrics": metrics}
    header = {"Timestamp": int((NOW - age) * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": header, name: [value], **dimensions}) + "\n"


def write_logs(folder: Path) -> None:
    lines = [
        "Not a metric\n",
        build_line("Files", 1, unit="Count", site="siteNorth"),
        build_line("Files", 2, unit="Count", age=4000, site="siteNorth"),
        build_line("Files", 5, unit="Count", site="<siteSouth>"),
        *(build_line("Seconds", value, unit="Seconds") for value in range(1, 101)),
        build_line("Files", 9, unit="Count", site="siteNorth")[:60],
    ]
    (folder / "screening.log").write_text("".join(lines))
    (folder / "api.log").write_bytes(b"\xff no text\n")


def read(folder: Path) -> list[MetricValue]:
    write_logs(folder)
    return list(read_metrics(folder))


def test_counts_are_summed_by_their_dimensions(tmp_path: Path) -> None:
    rows = {(row.name, row.dimensions): row for row in summarise(read(tmp_path), now=NOW)}
    north = rows["Files", "screening siteNorth"]
    assert (north.hour, north.day) == (1, 3)
    assert rows["Files", "screening <siteSouth>"].day == 5


def test_times_have_a_mean_and_percentiles(tmp_path: Path) -> None:
    [row] = [row for row in summarise(read(tmp_path), now=NOW) if row.name == "Seconds"]
    assert (row.hour, row.median, round(row.p95), row.newest) == (50.5, 50.5, 95, 100)


def test_what_a_file_s_name_or_a_site_has_is_text(tmp_path: Path) -> None:
    write_logs(tmp_path)
    page = respond(tmp_path, prefix="").body.decode()
    assert "<td>screening &lt;siteSouth&gt;" in page
    assert "<siteSouth>" not in page


def test_without_a_metric_the_page_says_so(tmp_path: Path) -> None:
    assert "No function has written a metric" in respond(tmp_path, prefix="").body.decode()

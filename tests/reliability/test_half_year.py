"""The parts of the simulated half-year: films, scanners, readers, the hospital and the report."""

import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from contracts.findings import Finding
from reliability.half_year.films import (
    HEALTHY,
    ILL,
    MONTHS,
    SECOND_SCANNER,
    encode_film,
    list_months,
    write_base_data,
)
from reliability.half_year.readers import Readers
from reliability.half_year.report import draw_accuracies, format_table, list_accuracies
from reliability.half_year.simulation import AnsweredFilm
from screening.decode import decode_radiograph
from tests.conftest import DATA, ROOT
from training.data.manifest import read_manifest


@pytest.mark.data
def test_no_film_of_the_hospital_is_trained_on_before_it_arrives(tmp_path: Path) -> None:
    months = list_months(DATA)
    base = read_manifest(write_base_data(DATA, tmp_path))
    films = [film for month in months for film in month]
    assert len(months) == MONTHS and {len(month) for month in months} == {HEALTHY + ILL}
    assert len({film.path for film in films}) == len(films)
    assert {film.patient for film in films}.isdisjoint(film.patient for film in base)
    assert not any(film.split == "test" for film in films)
    official_test = {film.sha256 for film in read_manifest(DATA) if film.split == "test"}
    assert official_test.isdisjoint(film.sha256 for film in [*films, *base])


@pytest.mark.data
def test_a_film_arrives_as_its_scanner_sends_it() -> None:
    film = list_months(DATA)[0][0]
    radiograph = decode_radiograph(encode_film(film, SECOND_SCANNER, date(2027, 3, 1)))
    assert (radiograph.manufacturer, radiograph.age_years) == ("Fujifilm", 3)
    assert radiograph.identity is not None and radiograph.identity.study_date == "2027-03-01"
    assert radiograph.pixels.std() > 5


def test_readers_err_as_often_as_assumed_and_follow_answers_that_they_see() -> None:
    readers = Readers(generator=np.random.default_rng(1))

    def count_positive(answer: bool | None) -> float:
        findings = [readers.read(False, answer=answer) for _ in range(4000)]
        return findings.count(Finding.PNEUMONIA) / len(findings)

    assert count_positive(None) == pytest.approx(0.05, abs=0.015)
    assert count_positive(False) == pytest.approx(0.05, abs=0.015)
    assert count_positive(True) == pytest.approx(0.33, abs=0.03)


def test_the_report_has_each_month_and_model_apart(tmp_path: Path) -> None:
    films = [
        AnsweredFilm(
            month=month, version=version, has_pneumonia=True, is_positive=right, is_sure=right
        )
        for month, version, right in [(1, "a", True)] * 9 + [(1, "a", False)] + [(2, "b", True)]
    ]
    first, second = accuracies = list(list_accuracies(films))
    assert (first.films, first.value, second.films) == (10, 0.9, 1)
    # Wilson's interval of 9 of 10.
    assert (first.low, first.high) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert "| month 1, a | 10 | 0.900 (0.596 to 0.982) | 90 % |" in format_table(accuracies)
    draw_accuracies(accuracies, tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text()


def test_the_hospital_uploads_reads_and_reviews_at_its_own_time() -> None:
    """In a process of its own: the fake clock is that of all functions."""
    code = textwrap.dedent(
        """
        import json
        from datetime import timedelta
        from pathlib import Path
        from contracts.findings import Finding
        from phantoms.chest import draw_phantom
        from phantoms.file_formats import encode_dicom
        from contracts.model_layout import POINTER_KEY, file_key
        from reliability.half_year.account import MODELS_BUCKET, start_account
        from reliability.half_year.hospital import Hospital
        from reliability.half_year.readers import FIRST
        from screening.images import build_model_input
        models = Path("models")
        version = json.loads((models / "model_card.json").read_text())["model_version"]
        with start_account() as account:
            s3 = account.client("s3")
            for name in ("model_card.json", "cpu.tflite"):
                key, content = file_key(version, name), (models / name).read_bytes()
                s3.put_object(Bucket=MODELS_BUCKET, Key=key, Body=content)
            pointer = json.dumps({"model_version": version})
            s3.put_object(Bucket=MODELS_BUCKET, Key=POINTER_KEY, Body=pointer)
            hospital = Hospital(account=account)
            hospital.pass_time(timedelta(days=31))
            film = encode_dicom(build_model_input(draw_phantom()), PatientID="1")
            [radiograph] = hospital.upload([film], age_years=3)
            hospital.review(radiograph, Finding.CANNOT_TELL, FIRST)
            record = hospital.read(radiograph)
            assert hospital.count_drift_signals() == 0
        print(record["created_at"], record["reviews"][0]["finding"], record["state"])
        """
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    last = result.stdout.strip().splitlines()[-1]
    assert last == "2027-02-01T08:00:00.000Z cannot_tell screened"

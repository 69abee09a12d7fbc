"""Reads which films are of one patient, so that a fit is judged on patients that it has not seen.

The ids stay in memory: nothing that is stored or printed has them.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contracts import keys
from contracts.patient import build_patient, find_patient_key

_THREADS = 8


def read_patients(s3: Any, bucket: str, radiographs: list[str]) -> list[str]:
    """A name for the patient of each film; a film of an unknown patient has a name of its own."""
    with ThreadPoolExecutor(_THREADS) as threads:
        return list(threads.map(lambda each: _read_patient(s3, bucket, each), radiographs))


def _read_patient(s3: Any, bucket: str, radiograph: str) -> str:
    try:
        response = s3.get_object(Bucket=bucket, Key=keys.identity(radiograph))
        tags = json.loads(response["Body"].read()).get("dicom")
    except (s3.exceptions.NoSuchKey, ValueError, RecursionError, AttributeError):
        tags = None
    key = find_patient_key(build_patient(tags)) if isinstance(tags, dict) else None
    return f"patient {key}" if key else f"film {radiograph}"

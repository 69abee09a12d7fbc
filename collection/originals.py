"""Fetches the originals of films, and keeps the pixels that screening shows beside a snapshot.

A film's patient is named by the file alone (PatientID), so the identities that the system stores,
with notes and names, are not read. What a run that was stopped has fetched is not fetched again.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from rich.progress import track

from collection.candidates import Candidate
from collection.stage_secret import StageSecret
from contracts import keys
from contracts.patient import Patient, find_patient_key
from contracts.record import Record
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from training.atomic_write import write_atomically
from training.sources.errors import UnusableImage
from training.sources.source_image import Exclusion

# Films at a time: S3 makes each wait, and a film of 50 MB takes some 200 MB while it is decoded.
_THREADS = 4


@dataclass(frozen=True, kw_only=True)
class StoredPixels:
    """`path` is a PNG, `patient` the key of its patient, whom the file names if `is_identified`."""

    path: Path
    patient: str
    is_identified: bool


@dataclass(frozen=True, kw_only=True)
class FetchedFilm:
    candidate: Candidate
    pixels: StoredPixels


@dataclass(frozen=True, kw_only=True)
class Originals:
    """`uses_unidentified`: a film whose file names no patient is one of a patient of its own.
    `earlier` are films of the snapshot before, by the radiograph and the hash of its original.
    """

    s3: Any
    images_bucket: str
    secret: StageSecret
    folder: Path
    uses_unidentified: bool
    earlier: Mapping[tuple[str, str | None], StoredPixels]

    def fetch(self, candidates: Iterable[Candidate]) -> tuple[list[FetchedFilm], list[Exclusion]]:
        """Returns the films in their order, and those that cannot be used."""
        candidates = list(candidates)
        self.folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(_THREADS) as threads:
            results = list(
                track(
                    threads.map(self._fetch, candidates),
                    total=len(candidates),
                    description="originals",
                )
            )
        films = [each for each in results if isinstance(each, FetchedFilm)]
        return films, [each for each in results if isinstance(each, Exclusion)]

    def _fetch(self, candidate: Candidate) -> FetchedFilm | Exclusion:
        record = candidate.record
        try:
            pixels = self.earlier.get((record.radiograph_id, record.sha256))
            pixels = pixels or self._read_note(record) or self._store(record)
            if not pixels.is_identified and not self.uses_unidentified:
                raise UnusableImage("its file names no patient")
        except UnusableImage as error:
            return Exclusion(record.radiograph_id, str(error))
        except RejectedFile as error:
            return Exclusion(record.radiograph_id, f"screening refuses it: {error}")
        return FetchedFilm(candidate=candidate, pixels=pixels)

    def _read_note(self, record: Record) -> StoredPixels | None:
        """None where no run before has fetched the film."""
        path = self._path(record)
        note = path.with_suffix(".json")
        return StoredPixels(path=path, **json.loads(note.read_text())) if note.is_file() else None

    def _store(self, record: Record) -> StoredPixels:
        content = self._read(record.radiograph_id)
        if hashlib.sha256(content).hexdigest() != record.sha256:
            raise UnusableImage("its original is not the file that was received")
        radiograph = decode_radiograph(content)
        key = find_patient_key(Patient(patient_id=radiograph.identity.patient_id))
        # A patient id has no such sign, so no patient has the key of a film.
        patient = self.secret.hash_patient(record.site, key or f"\0{record.radiograph_id}")
        buffer = io.BytesIO()
        Image.fromarray(radiograph.pixels).save(buffer, format="PNG")
        path = self._path(record)
        write_atomically(path, buffer.getvalue())
        fields = {"patient": patient, "is_identified": key is not None}
        write_atomically(path.with_suffix(".json"), json.dumps(fields).encode())
        return StoredPixels(path=path, patient=patient, is_identified=key is not None)

    def _path(self, record: Record) -> Path:
        return self.folder / f"{record.radiograph_id}.png"

    def _read(self, radiograph: str) -> bytes:
        try:
            response = self.s3.get_object(Bucket=self.images_bucket, Key=keys.original(radiograph))
        except self.s3.exceptions.NoSuchKey as error:
            raise UnusableImage("its original is gone") from error
        content: bytes = response["Body"].read()
        return content

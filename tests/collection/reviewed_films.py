"""Puts films with reviews and outcomes into a stage, as the functions store them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts import keys
from contracts.sites import SettingsVersion, SiteSettings
from contracts.training import COLLECTION_SECRET_KEY, TrainingEnvironment
from phantoms.file_formats import encode_dicom
from storage.site_settings import SiteSettingsStore
from tests.conftest import ROOT
from tests.release.stage import ENVIRONMENT, Stage
from tests.training.sources.synthetic_images import pixels

NORTH, SOUTH = "siteNorth", "siteSouth"
_AT = "2026-11-23T08:00:00.000Z"


@dataclass(frozen=True, kw_only=True)
class ReviewedFilms:
    """The films of a stage, by short names: each is a drawn image of its own."""

    stage: Stage
    environment: TrainingEnvironment = ENVIRONMENT

    @property
    def s3(self) -> Any:
        return self.stage.client("s3")

    def put_secret(self) -> None:
        """With this key the patients 4, 7 and 8 of siteNorth are withheld, and 1 to 3 are not."""
        content = json.dumps({"key": "a key", "withheld_share": 0.2}).encode()
        self.s3.put_object(
            Bucket=self.environment.models_bucket, Key=COLLECTION_SECRET_KEY, Body=content
        )

    def allow_training(self, site: str = NORTH, *, is_allowed: bool = True) -> None:
        store = SiteSettingsStore(self.s3, self.environment.facts_bucket)
        newest = store.read_newest(site)
        settings = SiteSettings(prevalence=0.3, allows_training=is_allowed)
        number = newest.number + 1 if newest else 1
        version = SettingsVersion(
            site=site, number=number, at=_AT, by="admin", reason="", settings=settings
        )
        assert store.write(version)

    def put(
        self,
        name: str,
        *findings: Any,
        patient: str | None = "P-1",
        outcomes: Sequence[str] = (),
        site: str = NORTH,
        seed: int | None = None,
        **answer: Any,
    ) -> str:
        """Each of `findings` is a finding or the fields of a review. Returns the film's id."""
        radiograph = keys.radiograph_id(site, name)
        number = int(hashlib.sha256(name.encode()).hexdigest()[:6], 16) if seed is None else seed
        tags = {"PatientID": patient, "PatientName": "Doe^Jane"} if patient else {}
        content = encode_dicom(pixels(number), **tags)
        self.s3.put_object(
            Bucket=self.environment.images_bucket, Key=keys.original(radiograph), Body=content
        )
        sha256 = hashlib.sha256(content).hexdigest()
        self.add(radiograph, "created", site=site)
        self.add(radiograph, "received", sha256=sha256)
        answer = _golden("screened")["answer"] | {"cautions": []} | answer
        self.add(radiograph, "screened", answer=answer)
        for index, finding in enumerate(findings):
            fields = {"finding": finding} if isinstance(finding, str) else finding
            doctor = {"by": f"doctor-{index}", "review_id": f"review-{index}"}
            self.add(radiograph, "reviewed", **doctor | fields)
        for finding in outcomes:
            self.add(radiograph, "outcome_recorded", finding=finding)
        index_key = keys.index(site, _AT, radiograph)
        self.s3.put_object(Bucket=self.environment.facts_bucket, Key=index_key)
        return radiograph

    def add(self, radiograph: str, kind: str, **fields: Any) -> None:
        """Adds a fact like the golden one of its kind."""
        prefix = keys.facts_prefix(radiograph)
        listing = self.s3.list_objects_v2(Bucket=self.environment.facts_bucket, Prefix=prefix)
        number = listing["KeyCount"] + 1
        fact = _golden(kind) | {"radiograph_id": radiograph, "sequence": number} | fields
        key = keys.fact(radiograph, number)
        self.s3.put_object(Bucket=self.environment.facts_bucket, Key=key, Body=json.dumps(fact))


def _golden(kind: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(
        (ROOT / "tests" / "golden" / "facts" / f"{kind}.json").read_text()
    )
    return fields

"""The secret of a stage from which patients and readers get their keys, and the withheld share.

It lies in the models bucket and is written once, so that every snapshot of the stage, made by
whomever, has the same keys: a patient who is withheld is withheld in all of them.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from contracts.training import COLLECTION_SECRET_KEY
from storage.conditional_put import put_if_absent
from training.sources.errors import SourceError

DEFAULT_WITHHELD_SHARE = 0.2
# 64 bits: with some million patients, the chance that two share a key is one in millions.
_KEY_DIGITS = 16
PATIENT_PREFIX = "collected-"


@dataclass(frozen=True, kw_only=True)
class StageSecret:
    """`withheld_share` of the patients are for evaluation only."""

    key: bytes
    withheld_share: float

    def hash_patient(self, site: str, patient_key: str) -> str:
        """Names a patient of a site in a data set; another site's patients have other names."""
        return f"{PATIENT_PREFIX}{self._digest('patient', site, patient_key)[:_KEY_DIGITS]}"

    def hash_reader(self, subject: str) -> str:
        return f"reader-{self._digest('reader', subject)[:_KEY_DIGITS]}"

    def is_withheld(self, patient: str) -> bool:
        """Follows from the patient's key alone: it stays when data grow or shrink."""
        position = int(self._digest("withheld", patient)[:16], 16) / 2**64
        return position < self.withheld_share

    def _digest(self, *texts: str) -> str:
        return hmac.new(self.key, "\0".join(texts).encode(), hashlib.sha256).hexdigest()


def read_or_create_secret(s3: Any, bucket: str, *, withheld_share: float | None) -> StageSecret:
    """Returns the secret, which the first call for a stage creates.

    Raises SourceError for another `withheld_share` than that of the stage: a film that was withheld
    would come into training, or one that was trained on into the evaluation.
    """
    first_share = DEFAULT_WITHHELD_SHARE if withheld_share is None else withheld_share
    content = {"key": secrets.token_hex(32), "withheld_share": first_share}
    put_if_absent(s3, bucket, key=COLLECTION_SECRET_KEY, content=json.dumps(content).encode())
    content = json.loads(s3.get_object(Bucket=bucket, Key=COLLECTION_SECRET_KEY)["Body"].read())
    share = float(content["withheld_share"])
    if withheld_share is not None and withheld_share != share:
        raise SourceError(
            f"This stage withholds {share:g} of its patients since its first snapshot, and not "
            f"{withheld_share:g}: what is withheld stays so. Leave --withhold out."
        )
    return StageSecret(key=str(content["key"]).encode(), withheld_share=share)

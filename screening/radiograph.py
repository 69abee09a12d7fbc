"""One radiograph: one picture, as a doctor sees it, with what its file says of it."""

from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from contracts.answers import NotAssessed
from contracts.api import MAX_FILE_BYTES

Pixels = NDArray[np.uint8]

# Bytes are checked before anything is read, pixels before anything is decoded: 40 megapixels of
# RGB are 215 MB in Pillow, which leaves room in a 512 MB decoder.
MAX_BYTES = MAX_FILE_BYTES
MAX_PIXELS = 40_000_000


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What may identify a patient; kept apart from everything else."""

    patient_id: str = ""
    accession_number: str = ""
    study_uid: str = ""
    series_uid: str = ""
    instance_uid: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Radiograph:
    """`pixels` is rows x columns of grey, uint8, 0 black (air) to 255 white (bone), upright.

    `photographed` is whether a camera stood between the X-ray and the file; `not_for_us` is why
    the file's own tags rule an answer out, whatever the network sees.
    """

    pixels: Pixels
    file_format: str
    view: str | None = None
    laterality: str | None = None
    burned_in_annotation: bool | None = None
    age_years: int | None = None
    photographed: bool = False
    not_for_us: NotAssessed | None = None
    identity: Identity = field(default_factory=Identity)

"""A decoded radiograph: its pixels, and the data that its file holds about it."""

from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from contracts.answers import NotAssessed
from contracts.image import ImageDescription
from contracts.limits import MAX_FILE_BYTES

# Rows x columns of uint8 grey, 0 black (air) to 255 white (bone).
Pixels = NDArray[np.uint8]

# Size limits are checked before a file is parsed, pixel limits before it is decoded. 40 megapixels
# of RGB take 215 MB in Pillow, which fits into the 512 MB of the sandbox.
MAX_BYTES = MAX_FILE_BYTES
MAX_PIXELS = 40_000_000


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The tags that may identify a patient; stored apart from everything else.

    `patient_name` is a person name of DICOM, `sex` is M, F or O, `study_date` as in ISO 8601.
    """

    patient_name: str = ""
    patient_id: str = ""
    sex: str = ""
    study_date: str = ""
    accession_number: str = ""
    study_uid: str = ""
    series_uid: str = ""
    instance_uid: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Radiograph:
    """One radiograph, upright, as a viewer shows it.

    `pixels` is rows x columns of uint8 grey, 0 black (air) to 255 white (bone). `photographed` is
    true for a photo of a film or a screen, `mirrored` where the file says that left and right are
    exchanged. `manufacturer` and `scanner_model` are the scanner's, without free text
    (`screening.formats.dicom_scanner`). `exclusion` is the reason for which the file's own tags or
    pixels rule out an assessment, whatever the network predicts; None where they do not.
    """

    pixels: Pixels
    file_format: str
    view: str | None = None
    laterality: str | None = None
    burned_in_annotation: bool | None = None
    age_years: int | None = None
    photographed: bool = False
    mirrored: bool = False
    exclusion: NotAssessed | None = None
    manufacturer: str | None = None
    scanner_model: str | None = None
    identity: Identity = field(default_factory=Identity)

    @property
    def description(self) -> ImageDescription:
        """Returns the image's size and tags, without those that identify a patient."""
        rows, columns = self.pixels.shape
        return ImageDescription(
            file_format=self.file_format,
            rows=rows,
            columns=columns,
            view=self.view,
            laterality=self.laterality,
            burned_in_annotation=self.burned_in_annotation,
        )

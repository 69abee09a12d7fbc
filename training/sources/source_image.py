"""The values on the way from a source to the data set: source images, stored images, exclusions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from screening.radiograph import Pixels

SPLITS = ("train", "val", "test")
LABELS = ("NORMAL", "PNEUMONIA")


@dataclass(frozen=True, kw_only=True)
class Acquisition:
    """What a file says of patient and acquisition, as columns of the manifest; "" where it does not
    say it. `study_date` is of ISO 8601, `view` and `sex` are DICOM's terms, `scanner` is
    manufacturer and model.
    """

    age_years: str = ""
    sex: str = ""
    view: str = ""
    scanner: str = ""
    study_date: str = ""


def describe_nothing(_: bytes) -> Acquisition:
    """The description of an image whose format says nothing of patient and acquisition."""
    return Acquisition()


@dataclass(frozen=True, kw_only=True)
class SourceImage:
    """One labelled image of a source; `source` is its name there.

    `read` returns its bytes. From these, `convert` returns the bytes to store and their pixels, and
    `patient` the key of the patient. All three raise UnusableImage, and `convert` RejectedFile too.
    `describe` returns what the bytes say of patient and acquisition. An image without `file` is
    stored as a PNG, named by the hash of its bytes.
    """

    source: str
    split: str
    label: str
    subtype: str
    read: Callable[[], bytes]
    convert: Callable[[bytes], tuple[bytes, Pixels]]
    patient: Callable[[bytes], str]
    describe: Callable[[bytes], Acquisition] = describe_nothing
    file: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredImage:
    """An image in the data set; `sketch` is its 16 x 16 means of grey, uint8 (256,)."""

    source: str
    split: str
    label: str
    subtype: str
    patient: str
    file: str
    bytes: int
    sha256: str
    sketch: Pixels
    acquisition: Acquisition = field(default_factory=Acquisition)


@dataclass(frozen=True)
class Exclusion:
    """A file of the source that is not in the data set, and the reason."""

    source: str
    reason: str

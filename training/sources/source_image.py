"""One labelled picture on its way from a source into the data set."""

from collections.abc import Callable
from dataclasses import dataclass

from screening.radiograph import Pixels

SPLITS = ("train", "val", "test")
LABELS = ("NORMAL", "PNEUMONIA")


@dataclass(frozen=True, kw_only=True)
class SourceImage:
    """`source` is its name there. `read` gives its bytes; by them `convert` gives the bytes to
    keep with their pixels, and `patient` the key of its patient. All three raise UnusablePicture,
    `convert` RejectedFile, too. Without `file` it is named by its bytes, as a PNG.
    """

    source: str
    split: str
    label: str
    subtype: str
    read: Callable[[], bytes]
    convert: Callable[[bytes], tuple[bytes, Pixels]]
    patient: Callable[[bytes], str]
    file: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredImage:
    """A picture that lies in the data set. `sketch` is its grey, uint8 of shape (256,)."""

    source: str
    split: str
    label: str
    subtype: str
    patient: str
    file: str
    bytes: int
    sha256: str
    sketch: Pixels


@dataclass(frozen=True)
class Exclusion:
    """What the source holds and the data set does not, and why."""

    source: str
    reason: str

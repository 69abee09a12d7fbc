"""What the file of a radiograph says of its image."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ImageDescription:
    """Rows and columns are pixels. `view` is the projection (PA, AP) and `laterality` the body
    side, both in DICOM's terms; None where the file does not state them.
    """

    file_format: str
    rows: int
    columns: int
    view: str | None
    laterality: str | None
    burned_in_annotation: bool | None


IMAGE_FIELDS = tuple(field.name for field in fields(ImageDescription))


def flatten_image(image: ImageDescription | None) -> dict[str, Any]:
    """The fields as stored and published JSON holds them: beside the other fields of a fact, a
    record or a view, not nested. Each is None where there is no description yet.
    """
    return {name: getattr(image, name, None) for name in IMAGE_FIELDS}

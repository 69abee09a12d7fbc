"""A site's folder with synthetic films of both labels, and files that get no answer."""

import csv
from pathlib import Path

from PIL import Image

from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp

FILMS_OF_A_LABEL = 6
HEAD = ("file", "label", "patient", "age", "sex", "view")


def write_site(folder: Path) -> None:
    """Writes DICOM films of children of 3 and of 40 years, two films that cannot be assessed, and
    labels.csv. The second film of a label has the label of the other.
    """
    rows: list[tuple[str, ...]] = []
    for label in ("NORMAL", "PNEUMONIA"):
        for number in range(FILMS_OF_A_LABEL):
            has_opacity = (label == "PNEUMONIA") != (number == 1)
            pixels = draw_phantom(opacity=has_opacity, seed=number + 1)
            age = "040Y" if number == 2 else "003Y"
            name = f"{label.lower()}-{number}.dcm"
            content = encode_dicom(
                pixels,
                PatientID=f"{label}-{number // 2}",
                PatientAge=age,
                PatientSex="F" if number % 2 else "M",
                ViewPosition="AP",
                Manufacturer="Example",
                ManufacturerModelName="One",
            )
            (folder / name).write_bytes(content)
            rows.append((name, label))
    (folder / "empty.png").touch()
    (folder / "ramp.png").write_bytes(encode_image(Image.fromarray(grey_ramp(300, 300))))
    rows += [("empty.png", "NORMAL", "p1"), ("ramp.png", "PNEUMONIA", "p2", "4", "M", "PA")]
    write_labels(folder, rows)


def write_labels(folder: Path, rows: list[tuple[str, ...]]) -> None:
    with (folder / "labels.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([HEAD, *rows])

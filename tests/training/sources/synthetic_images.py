"""Small images that differ from each other, in the layouts of the sources."""

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PUBLIC = {
    "train/NORMAL/IM-0115-0001.jpeg": 1,
    "train/NORMAL/NORMAL2-IM-0383-0001.jpeg": 2,
    "train/PNEUMONIA/person12_bacteria_34.jpeg": 3,
    "train/PNEUMONIA/person13_virus_5.jpeg": 4,
    "val/NORMAL/NORMAL2-IM-1427-0001.jpeg": 5,
    "val/PNEUMONIA/person1946_bacteria_4874.jpeg": 6,
    "test/NORMAL/IM-0001-0001.jpeg": 7,
    "test/PNEUMONIA/person1_virus_6.jpeg": 8,
}


def pixels(seed: int, rows: int = 90, columns: int = 120) -> NDArray[np.uint8]:
    """Returns soft fields of grey, another image for each seed."""
    fields = np.random.default_rng(seed).integers(0, 256, (5, 6), dtype=np.uint8)
    soft = Image.fromarray(fields).resize((columns, rows), Image.Resampling.BICUBIC)
    return np.asarray(soft)


def jpeg(seed: int, *, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels(seed)).save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()


def write_layout(root: Path, files: dict[str, int]) -> None:
    for name, seed in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(seed))


def write_archive(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def public_archive(path: Path) -> Path:
    return write_archive(path, {f"chest_xray/{name}": jpeg(seed) for name, seed in PUBLIC.items()})

"""The images of a report: the film as it is shown, and the film under the line of its map."""

import io

from PIL import Image

# The longer side in pixels: 300 for an inch of the 85 millimetres that a film is wide on the page.
_SIZE = 1024


def build_film(rendition: bytes) -> Image.Image:
    film = Image.open(io.BytesIO(rendition)).convert("RGB")
    film.thumbnail((_SIZE, _SIZE))
    return film


def draw_map(film: Image.Image, overlay: bytes) -> Image.Image | None:
    """`overlay` is the transparent image of the line (`screening.saliency_overlay`).

    Returns None where no region stands out, so that there is no line.
    """
    line = Image.open(io.BytesIO(overlay)).convert("RGBA").resize(film.size)
    if line.getchannel("A").getbbox() is None:
        return None
    outlined = film.copy()
    outlined.paste(line, mask=line.getchannel("A"))
    return outlined

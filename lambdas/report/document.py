"""The pages of a report: fonts, headings, paragraphs, a table of fields, and the foot of each page.

DejaVu Sans has the Latin, Greek, Cyrillic, Arabic and Hebrew scripts, among others. A text with a
character that it lacks, such as a Chinese one, is replaced as a whole by a sentence that says so:
a part of a name could be read as another name.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image

from contracts.language import current_language, gettext, mark
from contracts.texts import DISCLAIMER

UNPRINTABLE = mark(
    "(not printed: this report has no font for its characters; see the page of the X-ray)"
)

_FONTS = Path(__file__).parent / "fonts"
# Millimetres, and points for text.
_MARGIN, _FOOT, _LABEL_WIDTH, _IMAGE_HEIGHT, _GAP = 18.0, 20.0, 42.0, 76.0, 4.0
_TEXT_SIZE, _SMALL_SIZE, _HEADING_SIZE, _TITLE_SIZE = 10.0, 8.5, 12.0, 16.0
_LINE_HEIGHT = 1.35


class Document(FPDF):
    def __init__(self, *, title: str, foot: str, printed_at: datetime) -> None:
        """`foot` stands at the foot of each page, beside the number of the page."""
        super().__init__(format="A4")
        self._foot = foot
        self.add_font("text", fname=_FONTS / "DejaVuSans.ttf")
        self.add_font("text", style="B", fname=_FONTS / "DejaVuSans-Bold.ttf")
        self.set_font("text", size=_TEXT_SIZE)
        # Joins Arabic letters, and sets what is written from right to left.
        self.set_text_shaping(True)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, margin=_FOOT)
        # JPEG: a film as PNG would take five times as much.
        self.set_image_filter("DCTDecode")
        self.set_title(title)
        self.set_lang(current_language().tag)
        self.set_creation_date(printed_at)
        self.add_page()
        self._write(title, size=_TITLE_SIZE, style="B")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("text", size=_SMALL_SIZE)
        page = gettext("Page {number} of {total}").format(
            number=self.page_no(), total=self.str_alias_nb_pages
        )
        self.cell(0, 5, self._foot)
        self.set_x(self.l_margin)
        self.cell(0, 5, page, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.cell(0, 4, gettext(DISCLAIMER))

    def add_heading(self, text: str) -> None:
        self.ln(_GAP)
        self._write(text, size=_HEADING_SIZE, style="B")

    def add_paragraph(self, text: str, *, is_strong: bool = False) -> None:
        self._write(self.to_printable(text), style="B" if is_strong else "")

    def add_note(self, text: str) -> None:
        """A paragraph in small type."""
        self._write(self.to_printable(text), size=_SMALL_SIZE)

    def add_fields(self, fields: Iterable[tuple[str, str]]) -> None:
        """A line for each label with its text; without those that have no text."""
        for label, text in fields:
            if not text:
                continue
            self.set_font("text", style="B", size=_TEXT_SIZE)
            height = _TEXT_SIZE * _LINE_HEIGHT / self.k
            if self.will_page_break(height):
                self.add_page()
            self.cell(_LABEL_WIDTH, height, label)
            self.set_font("text", size=_TEXT_SIZE)
            self._write(self.to_printable(text))

    def add_images(self, images: Iterable[Image.Image]) -> None:
        """Up to two images side by side, of one height or less."""
        images = tuple(images)
        self.ln(_GAP)
        width = (self.epw - _GAP) / 2
        height = min(_IMAGE_HEIGHT, *(width * each.height / each.width for each in images))
        if self.will_page_break(height):
            self.add_page()
        top = self.get_y()
        for number, image in enumerate(images):
            left = self.l_margin + number * (width + _GAP)
            self.image(image, left, top, width, height, keep_aspect_ratio=True)
        self.set_y(top + height + _GAP)

    def to_printable(self, text: str) -> str:
        font = self.fonts["text"]
        assert isinstance(font, TTFFont)
        is_printable = all(ord(character) in font.cmap or character.isspace() for character in text)
        return text if is_printable else gettext(UNPRINTABLE)

    def _write(self, text: str, *, size: float = _TEXT_SIZE, style: str = "") -> None:
        self.set_font("text", style=style, size=size)
        height = size * _LINE_HEIGHT / self.k
        self.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

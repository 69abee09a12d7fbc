"""No template has a text that cannot be translated, also where no test renders it."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ui.pseudo_language import (
    PseudoTranslations,
    list_untranslated,
)

TEMPLATES = sorted((ROOT / "ui" / "templates").rglob("*.html"))
_NO_TEXT = re.compile(
    r"\{% trans\b.*?\{% endtrans %\}|\{% block body_class %\}.*?\{% endblock %\}", re.DOTALL
)
_EXPRESSION = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def test_a_text_without_a_translation_is_found() -> None:
    wide = PseudoTranslations().gettext("Text")
    page = f'<p title="{wide}">{wide} <bdi>Ada</bdi> and narrow</p><img alt="Image"><br>12 MB'
    assert list_untranslated(page) == ["and", "narrow", "Image", "MB"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_text_outside_of_a_message(template: Path) -> None:
    """Also where no test renders it."""
    source = _EXPRESSION.sub("", _NO_TEXT.sub("", template.read_text()))
    # One template has attributes alone.
    page = source if "<" in source else f"<p {source}>"
    assert list_untranslated(page) == []

"""Extracts the texts for people from the sources, and brings each language's file up to date:
`python -m deploy.translations [code]`. With the code of a language, it begins a new one.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from bundles.bundle_contents import ROOT
from contracts.version import SOFTWARE_VERSION
from languages.catalogues import SOURCE, TRANSLATIONS, read_catalogue

# The functions that translate or mark a text; `Refusal` is that of the film decoder.
KEYWORDS = {"_": None, "gettext": None, "mark": None, "Refusal": None, "ngettext": (1, 2)}
_PYTHON, _SCRIPT, _TEMPLATE = "python", "javascript", "jinja2.ext:babel_extract"
_SOURCES = {
    "contracts/*.py": _PYTHON,
    "ui/**/*.py": _PYTHON,
    "lambdas/api/*.py": _PYTHON,
    "lambdas/report/*.py": _PYTHON,
    "ui/static/*.js": _SCRIPT,
    "ui/film_decoder/*.js": _SCRIPT,
    "local/aws/login_page.js": _SCRIPT,
    "ui/templates/**/*.html": _TEMPLATE,
}
_OPTIONS: Mapping[str, Mapping[str, object]] = {
    _PYTHON: {},
    _SCRIPT: {"parse_template_string": True},
    _TEMPLATE: {
        **dict.fromkeys(("trimmed", "trim_blocks", "lstrip_blocks"), "true"),
        "silent": "false",
    },
}
# The card of the model that the product ships, and its fields that hold sentences.
_CARD, _CARD_FIELDS = "models/model_card.json", ("films", "rule", "sentence")
_WIDTH = 98


def main() -> int:
    arguments = _parser().parse_args()
    template = extract_texts()
    if arguments.code:
        file = TRANSLATIONS / arguments.code / "LC_MESSAGES" / SOURCE
        file.parent.mkdir(parents=True, exist_ok=True)
        write_catalogue(_begin(arguments.code), file)
    for file in sorted(TRANSLATIONS.glob(f"*/*/{SOURCE}")):
        catalogue = update_catalogue(file, template)
        write_catalogue(catalogue, file)
        missing = sum(not is_translated(message) for message in catalogue if message.id)
        print(f"{file.relative_to(ROOT)}: {len(catalogue)} texts, {missing} to translate")
    return 0


def _begin(code: str) -> Catalog:
    name = str(Locale.parse(code).english_name)
    comment = f"# The texts in {name}; see docs/languages.md."
    return Catalog(
        locale=code,
        header_comment=comment,
        project="chest-xray-screening",
        version=SOFTWARE_VERSION,
        copyright_holder="the authors",
        msgid_bugs_address="see CONTRIBUTING.md",
        revision_date=datetime.now(UTC),
        last_translator="see CHANGELOG.md",
        language_team=name,
        fuzzy=False,
    )


def extract_texts() -> Catalog:
    """All texts of the sources, with the files that they are in."""
    catalogue = Catalog(fuzzy=False)
    for path, method in _list_sources():
        texts = extract_from_file(method, ROOT / path, KEYWORDS, options=_OPTIONS[method])
        for _, text, _, _ in texts:
            catalogue.add(text, locations=[(path, 1)])
    for text in _list_card_texts(json.loads((ROOT / _CARD).read_text())):
        catalogue.add(text, locations=[(_CARD, 1)])
    return catalogue


def update_catalogue(file: Path, template: Catalog) -> Catalog:
    """A text that has changed has no translation: that of a similar one could say another thing."""
    catalogue = read_catalogue(file)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def write_catalogue(catalogue: Catalog, file: Path) -> None:
    """Without numbers of lines, which each commit would change."""
    content = BytesIO()
    write_po(content, catalogue, width=_WIDTH, include_lineno=False, sort_by_file=True)
    file.write_bytes(content.getvalue())


def is_translated(message: Message) -> bool:
    """Also in each plural form."""
    string = message.string
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _list_sources() -> Iterator[tuple[str, str]]:
    """The path of each file, below the root, and how texts are found in it."""
    for pattern, method in _SOURCES.items():
        for path in sorted(ROOT.glob(pattern)):
            yield path.relative_to(ROOT).as_posix(), method


def _list_card_texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, field in value.items():
            if name in _CARD_FIELDS and isinstance(field, str):
                yield field
            else:
                yield from _list_card_texts(field)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.translations", description=__doc__)
    parser.add_argument("code", nargs="?", help="a new language, such as fr or pt_BR")
    return parser


if __name__ == "__main__":
    sys.exit(main())

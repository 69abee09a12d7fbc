"""The language of a page: the reader's choice in a cookie, else what the browser asks for."""

import json
from contextlib import ExitStack
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from contracts.language import current_language, use_language
from languages.catalogues import Catalogue, Catalogues
from languages.formats import find_locale
from languages.negotiation import choose_language
from ui.auth.login_redirect import current_page, local_path
from ui.auth.sessions import COOKIE_OPTIONS
from ui.shared_endpoints import SHARED_ENDPOINTS
from ui.static_file_hashes import hash_content

LANGUAGE_COOKIE = "__Host-language"
_YEAR_SECONDS = 365 * 24 * 3600
# Numbers up to here have every plural form of the languages that gettext and CLDR describe.
_PROBES = (*range(1000), 10**6)

blueprint = Blueprint("language", __name__, url_prefix="/language")


@blueprint.post("")
def choose() -> ResponseReturnValue:
    """Keeps the choice for a year, and returns to the page."""
    code = request.form.get("language", "")
    if code not in _catalogues().codes:
        abort(422)
    response = redirect(local_path(current_page()))
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR_SECONDS, **COOKIE_OPTIONS)
    return response


@blueprint.get("/<code>/texts.js")
def script_texts(code: str) -> ResponseReturnValue:
    """The texts of scripts, for static/texts.js."""
    if code not in _catalogues().codes:
        abort(404)
    return Response(_read_script(code), content_type="text/javascript")


def add_languages(app: Flask, catalogues: Catalogues) -> None:
    """Sets the language of each request of `app`, before anything else, and names it in headers."""
    app.extensions["catalogues"] = catalogues

    @app.before_request
    def enter() -> None:
        g.language = ExitStack()
        g.language.enter_context(use_language(catalogues.load(_find_code()).language))

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if "language" in g:
            g.language.close()

    @app.after_request
    def set_headers(response: Response) -> Response:
        if request.endpoint not in SHARED_ENDPOINTS and response.mimetype == "text/html":
            response.headers["Content-Language"] = current_language().tag
            response.vary.update(("Accept-Language", "Cookie"))
        return response

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "language.script_texts":
            values["v"] = hash_content(_read_script(values["code"]).encode())


def list_names() -> dict[str, str]:
    """What each language is called by those who speak it, by its code."""
    return {code: _find_name(code) for code in _catalogues().codes}


def find_direction() -> str:
    """Such as "ltr", from left to right."""
    return find_locale(current_language().code).text_direction


def has_script_texts() -> bool:
    return bool(_catalogues().load(current_language().code).script_texts)


def _find_code() -> str:
    code = request.cookies.get(LANGUAGE_COOKIE, "")
    if code in _catalogues().codes:
        return code
    return choose_language(request.headers.get("Accept-Language", ""), _catalogues().codes)


def _find_name(code: str) -> str:
    name = find_locale(code).get_display_name() or code
    return name[:1].upper() + name[1:]


def _catalogues() -> Catalogues:
    return cast(Catalogues, current_app.extensions["catalogues"])


def _read_script(code: str) -> str:
    """Built once for each language."""
    scripts: dict[str, str] = current_app.extensions.setdefault("language_scripts", {})
    if code not in scripts:
        scripts[code] = _build_script(_catalogues().load(code))
    return scripts[code]


def _build_script(catalogue: Catalogue) -> str:
    """`forms` says which plural form of a text belongs to a category of `Intl.PluralRules`."""
    locale, translations = find_locale(catalogue.language.code), catalogue.language.translations
    plural = getattr(translations, "plural", lambda number: int(number != 1))
    forms: dict[str, int] = {}
    for number in _PROBES:
        forms.setdefault(locale.plural_form(number), plural(number))
    content = json.dumps({"texts": catalogue.script_texts, "forms": forms}, ensure_ascii=False)
    return f"globalThis.pageTexts = {content};\n"

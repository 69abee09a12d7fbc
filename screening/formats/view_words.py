"""Recognises the words that devices and people write for the view of a chest X-ray."""

import re
import unicodedata

# Words for views that are not frontal: abbreviations, and the beginnings of words in many languages
# (lateral, oblique, profile).
_NOT_FRONTAL = re.compile(
    r"LL|RL|LLD|RLD|LLO|RLO|LAO|RAO|LPO|RPO"
    r"|(L|R|X|LT|RT|XT)?LAT(L|R|LT|RT|ER\w*)?|(L|R|LT|RT)?OBL(L|R|LT|RT|I\w*)?"
    r"|PROFIL(E|O\w*|N\w*)?|PERFIL|SAGIT\w*|SEITL\w*|ZIJDELING\w*|SCHRAG\w*|SCHUIN\w*|BOCZN\w*|BOCN\w*"
    r"|SKOSN\w*|SIDEBIL\w*|SIDOBIL\w*|OLDALI\w*|SIVUKUV\w*|БОКОВ\w*|\w*(側面|側位|侧位|측면)\w*"
)
_DECUBITUS = re.compile(r"(L|R)?DECU\w*")
# Lying on the back (decubitus dorsalis, decubito supino) is a frontal view.
_ON_THE_BACK = re.compile(r"(SUP|DORS)\w*")
# Words of frontal views. A series that names one of them may hold both views.
_FRONTAL = re.compile(
    r"AP|PA|A|P|DV|VD|(ANTERO|POSTERO|ANTERIOR|POSTERIOR|FRONT|FRENT)\w*|FACE|[2-9]|TWO|VIEWS|EBENEN"
    r"|ПРЯМ\w*|\w*(正面|正位|정면)\w*"
)


def names_other_view(text: str) -> bool:
    """Returns whether a word of the text stands for a view that is not frontal."""
    words = _split_words(text)
    is_on_back = any(_ON_THE_BACK.fullmatch(word) for word in words)
    is_decubitus = any(_DECUBITUS.fullmatch(word) for word in words)
    is_other = any(_NOT_FRONTAL.fullmatch(word) for word in words)
    return is_other or (is_decubitus and not is_on_back)


def names_frontal_view(text: str) -> bool:
    """Returns whether a word of the text stands for a frontal view, or for several views."""
    return any(_FRONTAL.fullmatch(word) for word in _split_words(text))


def _split_words(text: str) -> list[str]:
    """Returns the words in capitals, without accents; p.a. is one word."""
    letters = unicodedata.normalize("NFKD", text.upper().replace(".", ""))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    # Composed again: a syllable of Korean would otherwise be several letters.
    return re.findall(r"[^\W\d_]+|\d+", unicodedata.normalize("NFC", plain))

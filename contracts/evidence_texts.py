"""What a probability means, in words: per cent, "of 100", and the evidence behind an answer."""

from contracts.answers import Answer
from contracts.language import gettext, ngettext


def format_percent(share: float) -> str:
    """Such as "87 %"; never 0 or 100 %, which no probability justifies."""
    return gettext("{number} %").format(number=_format_per_100(share, below="< ", above="> "))


def format_of_100(share: float) -> str:
    """Such as "87 of 100"; never 0 or 100 of 100."""
    if share < 0.005:
        return gettext("fewer than 1 of 100")
    if share > 0.995:
        return gettext("more than 99 of 100")
    return gettext("{number} of 100").format(number=_format_per_100(share, below="", above=""))


def _format_per_100(share: float, *, below: str, above: str) -> str:
    if share < 0.005:
        return f"{below}1"
    if share > 0.995:
        return f"{above}99"
    return f"{min(max(round(100 * share), 1), 99)}"


def format_evidence(answer: Answer) -> str:
    """What the shown probability means, for which prevalence it holds, and by how many films.

    Where too few films had such a score, or an earlier release did not store how many, it says
    nothing of X-rays with such a score.
    """
    prevalence = format_of_100(answer.prevalence)
    if answer.like_this_per_100 is None or answer.like_this_radiographs is None:
        if answer.site_prevalence:
            text = gettext(
                "Calibrated where {prevalence} X-rays show pneumonia, as set for your site."
            )
        else:
            text = gettext("Calibrated where {prevalence} X-rays show pneumonia.")
        return text.format(prevalence=prevalence)
    like_this = format_of_100(answer.like_this_per_100 / 100)
    if 0 < answer.like_this_per_100 < 100:
        like_this = gettext("about {share}").format(share=like_this)
    if answer.site_prevalence:
        text = gettext(
            "Where {prevalence} X-rays show pneumonia, as set for your site, {like_this} with a "
            "score like this have it."
        )
    else:
        text = gettext(
            "Where {prevalence} X-rays show pneumonia, {like_this} with a score like this have it."
        )
    count = ngettext(
        "{number} validation X-ray had such a score.",
        "{number} validation X-rays had such a score.",
        answer.like_this_radiographs,
    ).format(number=answer.like_this_radiographs)
    return f"{text.format(prevalence=prevalence, like_this=like_this)} {count}"

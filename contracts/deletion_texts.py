"""The texts of deletions: reasons, and the sentence that stands in place of a film."""

from contracts.deletion import Deletion, DeletionReason
from contracts.language import Texts, gettext, mark

REASONS = Texts(
    {
        DeletionReason.WRONG_PATIENT: mark("It is another patient's film"),
        DeletionReason.DUPLICATE: mark("It is there twice"),
        DeletionReason.NOT_CHEST: mark("It is not a chest X-ray"),
        DeletionReason.PATIENT_REQUEST: mark("The patient asked for it"),
        DeletionReason.TEST_FILE: mark("It is a file of a test or a training"),
        DeletionReason.OTHER: mark("Another reason"),
    }
)
_LATER_REASON = mark("a reason of a newer version ({name})")
TITLE = mark("Deleted X-ray")
EXPLANATION = mark(
    "Images, file name, what the file says of the patient, notes and doctors' names are removed, "
    "and no search finds the film. What happened to it stays in the audit trail, without all that."
)


def format_reason(reason: DeletionReason) -> str:
    """Such as "it is there twice"."""
    text = REASONS.get(reason)
    return text[0].lower() + text[1:] if text else gettext(_LATER_REASON).format(name=reason)


def format_author(deletion: Deletion, *, reader: str) -> str:
    """Who deleted it, as the account `reader` sees it. No name is left: names are removed too."""
    if deletion.by == reader:
        return gettext("you")
    return gettext("an operator") if deletion.reason is None else gettext("an administrator")

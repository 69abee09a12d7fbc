"""The texts that people read, on the page and in the terminal."""

from contracts.answers import Answer, Caution, Decision, NotAssessed
from contracts.limits import MAX_FILE_MEGABYTES
from contracts.record import State
from contracts.rejections import Rejection

DISCLAIMER = "Decision support, not a diagnosis."

DECISIONS = {
    Decision.PNEUMONIA: "Pneumonia detected",
    Decision.NO_PNEUMONIA: "No pneumonia detected",
    Decision.UNCERTAIN: "Uncertain: needs a radiologist",
}

NOT_ASSESSED = {
    NotAssessed.NOT_CHEST: (
        "Not assessed: this does not look like a chest X-ray. Check that you sent the right file."
    ),
    NotAssessed.NOT_FRONTAL: "Not assessed: only frontal (PA or AP) views are analysed.",
    NotAssessed.BODY_PART: (
        "Not assessed: the file says that it shows a body part other than the chest. "
        "If it does show the chest, correct that at the modality and send it again."
    ),
    NotAssessed.ORIENTATION: (
        "Not assessed: the image seems to lie on its side or head down. Send it upright."
    ),
    NotAssessed.QUALITY: (
        "Not assessed: the image is too dark, too bright or cut off, or a part of it is missing."
    ),
    NotAssessed.UNLIKE_TRAINING: (
        "Not assessed: this X-ray is unlike the films that this model was made with, which are "
        "upright frontal chest X-rays of children of 1 to 5 years."
    ),
    NotAssessed.AGE: (
        "Not assessed: this model was trained on X-rays of children of 1 to 5 years, "
        "and its answer is withheld for other ages."
    ),
}

CAUTIONS = {
    Caution.AGE_OUTSIDE: (
        "This model was trained on X-rays of children of 1 to 5 years. "
        "Interpret its answer with care."
    ),
    Caution.PHOTOGRAPHED: (
        "This seems to be a photo of an X-ray, or a scan in colour. Its angle, glare and pattern "
        "can change the answer: send the file from the modality or the archive if there is one."
    ),
    Caution.MIRRORED: (
        "The file says that this image is mirrored (its PatientOrientation). It is shown as it is "
        "stored: check the side before you rely on it."
    ),
}

# `{detail}` comes from the file itself: a transfer syntax, a modality, a format.
REJECTIONS = {
    Rejection.EMPTY: "The file is empty. Export it again from the viewer or the modality.",
    Rejection.NOT_A_PICTURE: "This is not a JPEG, PNG or DICOM file{looks_like}. {instead}",
    Rejection.DOCUMENT: (
        "This DICOM file holds a document{looks_like} and no image. Send the X-ray itself, and not "
        "its report."
    ),
    Rejection.POLYGLOT: (
        "The image has something else in the same file ({detail}), which nobody would see. "
        "Export the X-ray again."
    ),
    Rejection.DAMAGED: (
        "The file is incomplete. Send it again; if that does not help, export it again."
    ),
    Rejection.UNREADABLE: (
        "Decoding this file takes more time or memory than an X-ray needs. "
        "Export it again, uncompressed or as JPEG."
    ),
    Rejection.TOO_LARGE: (
        f"Larger than {MAX_FILE_MEGABYTES} MB or 40 megapixels. Export it at the modality's own "
        "resolution."
    ),
    Rejection.SEVERAL_FRAMES: "Several images in one file. Send the frontal view as one image.",
    Rejection.DICOM_NO_PIXELS: (
        "This DICOM file holds no image. Export the X-ray itself, not its report or plan."
    ),
    Rejection.DICOM_MODALITY: (
        "This DICOM file is not a radiograph (its modality is {detail}). "
        "Send a CR, DX or DR image of the chest."
    ),
    Rejection.DICOM_FOR_PROCESSING: (
        "This DICOM file holds the raw data of the detector (FOR PROCESSING), not a finished "
        "radiograph. Send the image FOR PRESENTATION."
    ),
    Rejection.DICOM_SYNTAX: (
        "This DICOM compression cannot be read ({detail}). Export it uncompressed or as JPEG."
    ),
    Rejection.DICOM_PIXELS: (
        "The image in this DICOM file does not match its description. Export it again."
    ),
}

# What to do with a file of another format, by its name in `screening.formats.signatures`.
INSTEAD = {
    "a PDF": "Export the X-ray itself from the viewer, and not its report.",
    "a ZIP archive or an Office document": "Unpack it and send the X-ray in it.",
    "a GZIP archive": "Unpack it and send the X-ray in it.",
    "a RAR archive": "Unpack it and send the X-ray in it.",
    "a 7-Zip archive": "Unpack it and send the X-ray in it.",
    "a HEIC picture": (
        "Set the camera of the phone to its most compatible format, or export the photo as JPEG."
    ),
    "a video": "Send one image of the frontal view.",
}
_INSTEAD = "Export the X-ray as one of these."

STATES = {
    State.AWAITING_UPLOAD: "Waiting for the file",
    State.RECEIVED: "Screening",
    State.REJECTED: "File not accepted",
    State.FAILED: (
        "Something went wrong on our side. Your file is safe; we have been told and will try again."
    ),
    State.EXPIRED: "The file never arrived. Upload it again.",
    State.DELETED: "Deleted",
    State.UNREADABLE: (
        "Cannot be shown. What is stored about this X-ray cannot be read. Nothing is lost, and we "
        "have been told. Read the image in your own viewer until then."
    ),
}

# Values of a later release, which this one has no words for.
_LATER_DECISION = (
    "Cannot be shown: a newer version of this software gave this answer ({name}). "
    "Read the image without it."
)
_LATER_REASON = (
    "Not assessed: a newer version of this software gave the reason ({name}), "
    "which cannot be shown."
)
_LATER_CAUTION = (
    "A newer version of this software gave a caution that cannot be shown ({name}). "
    "Interpret this answer with care."
)
_LATER_REJECTION = (
    "A newer version of this software gave the reason, which cannot be shown ({name}). "
    "Export the X-ray again."
)

SLOW = "This takes longer than usual. Nothing is lost; you can leave this page."
SESSION_OVER = "You were logged out after 15 minutes. Log in and you are back where you were."


def format_decision(answer: Answer) -> str:
    """The decision, or the reason why nothing was assessed."""
    if answer.decision is Decision.NOT_ASSESSED:
        assert answer.reason is not None
        reason = answer.reason
        return NOT_ASSESSED.get(reason, _LATER_REASON.format(name=reason))
    return DECISIONS.get(answer.decision, _LATER_DECISION.format(name=answer.decision))


def format_caution(caution: Caution) -> str:
    return CAUTIONS.get(caution, _LATER_CAUTION.format(name=caution))


def format_rejection(reason: Rejection, detail: str) -> str:
    """Why a file was not accepted and what to do about it."""
    looks_like = f" (it looks like {detail})" if detail else ""
    return REJECTIONS.get(reason, _LATER_REJECTION).format(
        name=reason,
        detail=detail or "unknown",
        looks_like=looks_like,
        instead=INSTEAD.get(detail, _INSTEAD),
    )


def format_percent(share: float) -> str:
    """A percentage from 1 to 99: no score justifies 0 or 100."""
    return f"{min(max(round(share * 100), 1), 99)} %"


def format_evidence(answer: Answer) -> str:
    """What the shown probability means, and for which prevalence it holds."""
    base = round(answer.prevalence * 100)
    if answer.site_prevalence:
        like_this = min(max(round(answer.shown_probability * 100), 1), 99)
        return (
            f"Where {base} of 100 X-rays show pneumonia, as set for your site, "
            f"about {like_this} of 100 with a score like this have it."
        )
    if answer.like_this_per_100 is None:
        return f"Calibrated where {base} of 100 X-rays show pneumonia."
    return (
        f"Of 100 validation X-rays with a score like this, {answer.like_this_per_100} "
        f"had pneumonia, where {base} of 100 have it."
    )

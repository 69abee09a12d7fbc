"""The texts about files: which are accepted, why one is not, and what to do about it."""

from contracts.language import Texts, gettext, mark
from contracts.limits import MAX_FILE_MEGABYTES
from contracts.rejections import Rejection

# `{detail}` comes from the file itself: a transfer syntax, a modality, a format.
REJECTIONS = Texts(
    {
        Rejection.EMPTY: mark(
            "The file is empty. Export it again from the viewer or the modality."
        ),
        Rejection.NOT_A_PICTURE: mark(
            "This is not a JPEG, PNG or DICOM file{looks_like}. {instead}"
        ),
        Rejection.DOCUMENT: mark(
            "This DICOM file holds a document{looks_like} and no image. Send the X-ray itself, "
            "and not its report."
        ),
        Rejection.POLYGLOT: mark(
            "The image has something else in the same file ({detail}), which nobody would see. "
            "Export the X-ray again."
        ),
        Rejection.DAMAGED: mark(
            "The file is incomplete. Send it again; if that does not help, export it again."
        ),
        Rejection.UNREADABLE: mark(
            "Decoding this file takes more time or memory than an X-ray needs. Export it again, "
            "uncompressed or as JPEG."
        ),
        Rejection.TOO_LARGE: mark(
            "Larger than {megabytes} MB or 40 megapixels. Export it at the modality's own "
            "resolution."
        ),
        Rejection.SEVERAL_FRAMES: mark(
            "Several images in one file. Send the frontal view as one image."
        ),
        Rejection.DICOM_NO_PIXELS: mark(
            "This DICOM file holds no image. Export the X-ray itself, not its report or plan."
        ),
        Rejection.DICOM_MODALITY: mark(
            "This DICOM file is not a radiograph (its modality is {detail}). Send a CR, DX or DR "
            "image of the chest."
        ),
        Rejection.DICOM_FOR_PROCESSING: mark(
            "This DICOM file holds the raw data of the detector (FOR PROCESSING), not a finished "
            "radiograph. Send the image FOR PRESENTATION."
        ),
        Rejection.DICOM_SYNTAX: mark(
            "This DICOM compression cannot be read ({detail}). Export it uncompressed or as JPEG."
        ),
        Rejection.DICOM_PIXELS: mark(
            "The image in this DICOM file does not match its description. Export it again."
        ),
    }
)

# What a file is that is none of these, by its name in `screening.formats.signatures`.
FILE_KINDS = Texts(
    {
        "a PDF": mark("a PDF"),
        "a ZIP archive or an Office document": mark("a ZIP archive or an Office document"),
        "a GZIP archive": mark("a GZIP archive"),
        "a RAR archive": mark("a RAR archive"),
        "a 7-Zip archive": mark("a 7-Zip archive"),
        "a GIF": mark("a GIF"),
        "a TIFF": mark("a TIFF"),
        "a BMP": mark("a BMP"),
        "a JPEG 2000 picture": mark("a JPEG 2000 picture"),
        "a JPEG XL picture": mark("a JPEG XL picture"),
        "a video": mark("a video"),
        "a web page or XML": mark("a web page or XML"),
        "a text file": mark("a text file"),
        "a HEIC picture": mark("a HEIC picture"),
        "an AVIF picture": mark("an AVIF picture"),
        "a WebP picture": mark("a WebP picture"),
        "a ZIP archive": mark("a ZIP archive"),
        "a program": mark("a program"),
        "a web page": mark("a web page"),
        "a DICOM file": mark("a DICOM file"),
        "other data": mark("other data"),
        "a report in XML": mark("a report in XML"),
        "unknown": mark("unknown"),
    }
)

# What to do with a file of another format, by its name in `screening.formats.signatures`.
INSTEAD = Texts(
    {
        "a PDF": mark("Export the X-ray itself from the viewer, and not its report."),
        "a ZIP archive or an Office document": mark("Unpack it and send the X-ray in it."),
        "a GZIP archive": mark("Unpack it and send the X-ray in it."),
        "a RAR archive": mark("Unpack it and send the X-ray in it."),
        "a 7-Zip archive": mark("Unpack it and send the X-ray in it."),
        "a HEIC picture": mark(
            "Set the camera of the phone to its most compatible format, or export the photo as "
            "JPEG."
        ),
        "a video": mark("Send one image of the frontal view."),
    }
)
_INSTEAD = mark("Export the X-ray as one of these.")

# A reason of a later release, which this one has no words for.
_LATER_REJECTION = mark(
    "A newer version of this software gave the reason, which cannot be shown ({name}). Export the "
    "X-ray again."
)


def format_accepted_files() -> str:
    return gettext(
        "JPEG, PNG or DICOM, up to {megabytes} MB each, one frontal chest X-ray per file"
    ).format(megabytes=MAX_FILE_MEGABYTES)


def format_rejection(reason: Rejection, detail: str) -> str:
    """Why a file was not accepted and what to do about it."""
    kind = FILE_KINDS.get(detail, detail)
    looks_like = gettext(" (it looks like {kind})").format(kind=kind) if detail else ""
    text = REJECTIONS.get(reason) or gettext(_LATER_REJECTION)
    return text.format(
        name=reason,
        detail=kind or gettext("unknown"),
        looks_like=looks_like,
        instead=INSTEAD.get(detail) or gettext(_INSTEAD),
        megabytes=MAX_FILE_MEGABYTES,
    )

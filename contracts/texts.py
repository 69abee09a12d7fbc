"""The texts that people read, on the page and in the terminal, in English.

`Texts` are read in the current language; a single text is marked here, and translated where it is
shown (`contracts.language`).
"""

from contracts.answers import Answer, Caution, Decision, NotAssessed, Population, Predictor
from contracts.language import Texts, gettext, mark, ngettext
from contracts.limits import MAX_AGE_YEARS
from contracts.record import State

DISCLAIMER = mark("Decision support, not a diagnosis.")

DECISIONS = Texts(
    {
        Decision.PNEUMONIA: mark("Pneumonia detected"),
        Decision.NO_PNEUMONIA: mark("No pneumonia detected"),
        Decision.UNCERTAIN: mark("Uncertain: needs a radiologist"),
    }
)
DECISION_MEANINGS = Texts(
    {
        Decision.PNEUMONIA: mark(
            "The probability lies above the uncertain range. It is support for your own look at "
            "the film, and not a diagnosis."
        ),
        Decision.NO_PNEUMONIA: mark(
            "The probability lies below the uncertain range. This does not mean that an X-ray is "
            "normal: no other disease is looked for."
        ),
        Decision.UNCERTAIN: mark(
            "The probability lies near the threshold, where the model is wrong most often. The "
            "film needs a radiologist."
        ),
    }
)

NOT_ASSESSED = Texts(
    {
        NotAssessed.NOT_CHEST: mark(
            "Not assessed: this does not look like a chest X-ray. Check that you sent the right "
            "file."
        ),
        NotAssessed.NOT_FRONTAL: mark("Not assessed: only frontal (PA or AP) views are analysed."),
        NotAssessed.BODY_PART: mark(
            "Not assessed: the file says that it shows a body part other than the chest. If it "
            "does show the chest, correct that at the modality and send it again."
        ),
        NotAssessed.ORIENTATION: mark(
            "Not assessed: the image seems to lie on its side or head down. Send it upright."
        ),
        NotAssessed.QUALITY: mark(
            "Not assessed: the image is too dark, too bright or cut off, or a part of it is "
            "missing."
        ),
        NotAssessed.SEVERAL_FILMS: mark(
            "Not assessed: this image shows more than one film. Send each film as a file of its "
            "own."
        ),
        NotAssessed.SCREENSHOT: mark(
            "Not assessed: this seems to be a picture of a screen with a viewer on it. Export the "
            "film itself from the viewer, as DICOM if you can."
        ),
        NotAssessed.UNLIKE_TRAINING: mark(
            "Not assessed: this X-ray is unlike the upright frontal chest X-rays that this model "
            "was made with."
        ),
        NotAssessed.AGE: mark(
            "Not assessed: this model is not made for the patient's age, as it is given or as the "
            "film shows it. The model card says for which ages it is valid."
        ),
        NotAssessed.AGE_DISAGREES: mark(
            "Not assessed: the age that is given does not fit the film, which looks like that of "
            "another age group. Check the age, and that this is the right patient's film."
        ),
        NotAssessed.AGE_UNCLEAR: mark(
            "Not assessed: the film has no age, and it is unclear whether it is a child's or an "
            "adult's. Enter the age, and the answer follows at once."
        ),
        NotAssessed.AGE_MISSING: mark(
            "Not assessed: your site asks for the patient's age before it shows an answer, and "
            "the film has none. Enter the age, and the answer follows at once."
        ),
        # `{population}` is the one to which the film belongs, by its age or by what it shows.
        NotAssessed.POPULATION_NOT_VALID: mark(
            "Not assessed: for {population}, this model has not reached what its own rule asks of "
            "a valid model, so its answer is withheld."
        ),
    }
)

CAUTIONS = Texts(
    {
        Caution.AGE_OUTSIDE: mark(
            "This model is not valid for a patient of this age, as it is given or as the film "
            "shows it. Your site has chosen to see its answer all the same."
        ),
        Caution.AGE_UNKNOWN: mark(
            "The patient's age is unknown, so nobody has checked that this model is valid for "
            "this patient. Enter the age, and it is checked at once."
        ),
        Caution.PHOTOGRAPHED: mark(
            "This seems to be a photo of an X-ray, or a scan in colour. Its angle, glare and "
            "pattern can change the answer: send the file from the modality or the archive if "
            "there is one."
        ),
        Caution.MIRRORED: mark(
            "The file says that this image is mirrored (its PatientOrientation). It is shown as "
            "it is stored: check the side before you rely on it."
        ),
        Caution.OUTSIDE_LUNGS: mark(
            "Much of the strongest evidence lies outside the lungs, so the answer may rest on "
            "something other than the lungs. Look at the outlined region before you rely on it."
        ),
    }
)

PREDICTORS = Texts({Predictor.ENDPOINT: mark("GPU endpoint"), Predictor.CPU: mark("CPU model")})
POPULATIONS = Texts({Population.CHILD: mark("children"), Population.ADULT: mark("adults")})
_OTHER_POPULATION = mark("this group of patients")

STATES = Texts(
    {
        State.AWAITING_UPLOAD: mark("Waiting for the file"),
        State.RECEIVED: mark("Screening"),
        State.REJECTED: mark("File not accepted"),
        State.FAILED: mark(
            "Something went wrong on our side. Your file is safe; we have been told and will try "
            "again."
        ),
        State.EXPIRED: mark("The file never arrived. Upload it again."),
        State.DELETED: mark("Deleted"),
        State.UNREADABLE: mark(
            "Cannot be shown. What is stored about this X-ray cannot be read. Nothing is lost, "
            "and we have been told. Read the image in your own viewer until then."
        ),
    }
)

# Values of a later release, which this one has no words for.
_LATER_DECISION = mark(
    "Cannot be shown: a newer version of this software gave this answer ({name}). Read the image "
    "without it."
)
_LATER_REASON = mark(
    "Not assessed: a newer version of this software gave the reason ({name}), which cannot be "
    "shown."
)
_LATER_CAUTION = mark(
    "A newer version of this software gave a caution that cannot be shown ({name}). Interpret "
    "this answer with care."
)

SLOW = mark("This takes longer than usual. Nothing is lost; you can leave this page.")
UNPRINTABLE_NAME = mark(
    "The file name has a character that cannot be shown, such as a tab. Rename the file and "
    "choose it again."
)
UNPRINTABLE_TEXT = mark(
    "This has a character that cannot be shown. Remove it, or type the text again."
)
NOT_SENT_SESSION_OVER = mark(
    "You were logged out. The file is not stored yet: keep this page open and log in, then it is "
    "sent."
)
SESSION_OVER = mark("You were logged out. Log in and you are back where you were.")
# By why the session is over: `ui.auth.sessions.SessionEnd`.
SESSION_ENDS = Texts(
    {
        "idle": mark(
            "You were logged out after 15 minutes. Log in and you are back where you were."
        ),
        "limit": mark(
            "You were logged out after 12 hours. Log in and you are back where you were."
        ),
        "token": SESSION_OVER,
    }
)


def format_decision(answer: Answer) -> str:
    """The decision, or the reason why nothing was assessed."""
    if answer.decision is Decision.NOT_ASSESSED:
        assert answer.reason is not None
        return format_not_assessed(answer.reason, answer.population)
    text = DECISIONS.get(answer.decision)
    return text or gettext(_LATER_DECISION).format(name=answer.decision)


def format_not_assessed(reason: NotAssessed, population: Population | None = None) -> str:
    name = population and POPULATIONS.get(population)
    text = NOT_ASSESSED.get(reason) or gettext(_LATER_REASON)
    return text.format(name=reason, population=name or gettext(_OTHER_POPULATION))


def format_population(population: Population, ages: tuple[int, int]) -> str:
    """Such as "children of 1 to 5 years"; `ages` are the youngest and the oldest."""
    youngest, oldest = ages
    if oldest >= MAX_AGE_YEARS:
        text = gettext("{population} of {youngest} years and over")
    else:
        text = gettext("{population} of {youngest} to {oldest} years")
    return text.format(population=POPULATIONS[population], youngest=youngest, oldest=oldest)


def format_age(age_years: int | None) -> str:
    """Such as "3 years" or "age unknown"."""
    if age_years is None:
        return gettext("age unknown")
    return ngettext("{number} year", "{number} years", age_years).format(number=age_years)


def format_caution(caution: Caution) -> str:
    return CAUTIONS.get(caution) or gettext(_LATER_CAUTION).format(name=caution)

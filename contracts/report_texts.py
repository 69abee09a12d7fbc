"""What a report says of its own limits, on paper and as PDF."""

from contracts.language import mark

LIMITS = (
    mark(
        "This is the answer of a program and not a diagnosis. It says how likely pneumonia is, "
        "and nothing of other findings. It may be wrong where a film is unlike those that the "
        "model was made with. Read the image itself, together with what you know of the patient."
    ),
    mark("The images here are smaller copies of the film and not fit for diagnosis."),
)

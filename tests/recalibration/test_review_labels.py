"""A film on which doctors differ is no example of either, until it is settled."""

from contracts.record import Record
from contracts.serialisation import parse
from recalibration.review_labels import find_label
from tests.conftest import Golden


def test_a_film_on_which_doctors_differ_has_the_label_of_its_adjudication(golden: Golden) -> None:
    fields = golden("record.json")
    fields["answer"]["cautions"] = []
    [first] = fields["reviews"]
    second = first | {"by": "b", "review_id": "b", "finding": "no_pneumonia"}
    settles = [first["review_id"], "b"]
    third = second | {"by": "c", "review_id": "c", "settles": settles}
    labels = [
        find_label(parse(Record, fields | {"reviews": reviews}), fields["answer"]["model_version"])
        for reviews in ([first, second], [first, second, third])
    ]
    assert labels == [None, False]

"""Builds the view of a radiograph that the doctors of its site get."""

from contracts import keys
from contracts.api import RadiographView, ReviewView
from contracts.image import flatten_image
from contracts.record import State
from lambdas import clock
from lambdas.identified_record import IdentifiedRecord
from lambdas.images import ImageStore

_KEYS = {
    "thumbnail": keys.thumbnail,
    "rendition": keys.rendition,
    "attention": keys.attention,
}


def build_list_view(identified_record: IdentifiedRecord, images: ImageStore) -> RadiographView:
    """For a row of a list: with the thumbnail alone, since signing each link takes time."""
    return _build_view(identified_record, images, names=("thumbnail",))


def build_full_view(identified_record: IdentifiedRecord, images: ImageStore) -> RadiographView:
    """For a page of its own: with links to all images."""
    return _build_view(identified_record, images, names=tuple(_KEYS))


def _build_view(
    identified_record: IdentifiedRecord, images: ImageStore, *, names: tuple[str, ...]
) -> RadiographView:
    record = identified_record.record
    stored = names if record.state is State.SCREENED else ()
    links = {name: images.sign_link(_KEYS[name](record.radiograph_id)) for name in stored}
    return RadiographView(
        id=record.radiograph_id,
        state=record.state_at(clock.now()),
        file_name=identified_record.file_name,
        created_at=record.created_at,
        answered_at=record.answered_at,
        bytes=record.bytes,
        seconds=record.seconds,
        answer=record.answer,
        rejection=record.rejection,
        rejection_detail=record.rejection_detail,
        **flatten_image(record.image),
        age_years=record.age_years,
        reviews=_build_reviews(identified_record),
        rendition_url=links.get("rendition"),
        thumbnail_url=links.get("thumbnail"),
        attention_url=links.get("attention"),
    )


def _build_reviews(identified_record: IdentifiedRecord) -> tuple[ReviewView, ...]:
    """Adds to each review its note, which is stored apart from the facts."""
    return tuple(
        ReviewView(
            at=review.at,
            by=review.by,
            verdict=review.verdict,
            note=identified_record.notes.get(review.note_key, ""),
        )
        for review in identified_record.record.reviews
    )

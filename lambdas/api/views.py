"""A record as its site's doctors see it."""

from contracts import keys
from contracts.api import RadiographView, ReviewView
from contracts.image import flatten_image
from contracts.record import State
from lambdas import clock
from lambdas.cache import Entry
from lambdas.records import Store


def in_list(entry: Entry, store: Store) -> RadiographView:
    """For a row: with the thumbnail only, since each address costs a signature."""
    return _view(entry, store, pictures=("thumbnail",))


def alone(entry: Entry, store: Store) -> RadiographView:
    return _view(entry, store, pictures=("thumbnail", "rendition", "attention"))


_KEYS = {
    "thumbnail": keys.thumbnail,
    "rendition": keys.rendition,
    "attention": keys.attention,
}


def _view(entry: Entry, store: Store, *, pictures: tuple[str, ...]) -> RadiographView:
    record = entry.record
    shown = pictures if record.state is State.SCREENED else ()
    links = {name: store.link(_KEYS[name](record.radiograph_id)) for name in shown}
    return RadiographView(
        id=record.radiograph_id,
        state=record.state_at(clock.now()),
        file_name=entry.file_name,
        created_at=record.created_at,
        answered_at=record.answered_at,
        bytes=record.bytes,
        seconds=record.seconds,
        answer=record.answer,
        rejection=record.rejection,
        rejection_detail=record.rejection_detail,
        **flatten_image(record.image),
        age_years=record.age_years,
        reviews=_reviews(entry),
        rendition_url=links.get("rendition"),
        thumbnail_url=links.get("thumbnail"),
        attention_url=links.get("attention"),
    )


def _reviews(entry: Entry) -> tuple[ReviewView, ...]:
    """Each with its note, which is kept apart under the review's own moment."""
    return tuple(
        ReviewView(at=review.at, by=review.by, verdict=review.verdict, note=note)
        for review in entry.record.reviews
        for note in [entry.notes.get(review.at, "")]
    )

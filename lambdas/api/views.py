"""Builds the view of a radiograph that a user of its site gets: without an answer that the user is
to see after a reading.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from contracts import keys
from contracts.access import User
from contracts.api import RadiographView, ReviewView
from contracts.blind_readings import conceal_answer, hides_answer
from contracts.differences import is_differing
from contracts.image import flatten_image
from contracts.record import Record, State
from contracts.reviews import Reviews
from lambdas import clock
from lambdas.delete_radiograph import may_be_written
from lambdas.identified_record import IdentifiedRecord
from lambdas.images import ImageStore

# An event that waits longer has failed: its third try writes `failed`.
_MAX_EVENT_AGE = timedelta(hours=1)
_KEYS = {
    "thumbnail": keys.thumbnail,
    "rendition": keys.rendition,
    "attention": keys.attention,
    "original": keys.original,
}


def build_list_view(
    identified_record: IdentifiedRecord, images: ImageStore, *, user: User
) -> RadiographView:
    """For a row of a list: with the thumbnail alone, since signing each link takes time."""
    return _build_view(identified_record, images, user=user, names=("thumbnail",))


def build_full_view(
    identified_record: IdentifiedRecord, images: ImageStore, *, user: User
) -> RadiographView:
    """For a page of its own: with links to all images."""
    record = identified_record.record
    view = _build_view(identified_record, images, user=user, names=tuple(_KEYS))
    if view.state is not State.DELETED:
        return view
    return replace(view, has_files_left=may_be_written(record) or images.has_files(view.id))


def build_arrived_view(
    identified_record: IdentifiedRecord, images: ImageStore, *, user: User
) -> RadiographView:
    """For a row whose file has arrived, as the caller knows: S3 is not asked for it."""
    return _build_view(identified_record, images, user=user, names=("thumbnail",), has_arrived=True)


def build_announced_view(
    identified_record: IdentifiedRecord, images: ImageStore, *, user: User
) -> RadiographView:
    """For the response to an announcement, whose file is still to come: S3 is not asked for it."""
    has_arrived = identified_record.record.object_version is not None
    return _build_view(
        identified_record, images, user=user, names=tuple(_KEYS), has_arrived=has_arrived
    )


def _build_view(
    identified_record: IdentifiedRecord,
    images: ImageStore,
    *,
    user: User,
    names: tuple[str, ...],
    has_arrived: bool | None = None,
) -> RadiographView:
    record = identified_record.record
    if record.state is State.DELETED:
        return _build_deleted_view(record)
    if has_arrived is None:
        has_arrived = _has_arrived(record, images)
    is_answer_hidden = hides_answer(record, user)
    record = conceal_answer(record, user)
    stored = set(names) if record.state is State.SCREENED else set()
    links = {
        name: images.sign_link(_KEYS[name](record.radiograph_id))
        for name in stored - ({"attention"} if is_answer_hidden else set())
    }
    return RadiographView(
        id=record.radiograph_id,
        state=record.state_at(clock.now()),
        has_arrived=has_arrived,
        file_name=identified_record.file_name,
        patient=identified_record.patient,
        created_at=record.created_at,
        answered_at=record.answered_at,
        bytes=record.bytes,
        seconds=record.seconds,
        answer=record.answer,
        rejection=record.rejection,
        rejection_detail=record.rejection_detail,
        **flatten_image(record.image),
        age_years=record.age_years,
        is_age_corrected=record.is_age_corrected,
        reviews=_build_reviews(record.reviews, identified_record),
        rendition_url=links.get("rendition"),
        thumbnail_url=links.get("thumbnail"),
        attention_url=links.get("attention"),
        is_differing=is_differing(record.reviews),
        original_url=links.get("original"),
        is_blind_sample=record.is_blind_sample,
        is_answer_hidden=is_answer_hidden,
        outcomes=record.outcomes,
    )


def _build_deleted_view(record: Record) -> RadiographView:
    """When the film was announced and how it was deleted: nothing of the patient or the answer,
    also where an earlier release has left such in the record.
    """
    return RadiographView(
        id=record.radiograph_id,
        state=record.state,
        has_arrived=False,
        file_name="",
        created_at=record.created_at,
        answered_at=None,
        bytes=None,
        seconds=None,
        answer=None,
        rejection=None,
        rejection_detail="",
        **flatten_image(None),
        age_years=None,
        is_age_corrected=False,
        reviews=(),
        rendition_url=None,
        thumbnail_url=None,
        attention_url=None,
        deletion=record.deletion,
    )


def _has_arrived(record: Record, images: ImageStore) -> bool:
    """Asks S3 where no fact says so yet: the event of an upload may wait for its turn. It asks
    about uploads of the last hour, and where S3 does not answer it does not say that a file is
    missing.
    """
    if record.object_version is not None or record.state is not State.AWAITING_UPLOAD:
        return record.object_version is not None
    if clock.now() - datetime.fromisoformat(record.created_at) > _MAX_EVENT_AGE:
        return False
    try:
        return images.has_incoming(record.radiograph_id)
    except (BotoCoreError, ClientError):
        return True


def _build_reviews(reviews: Reviews, identified_record: IdentifiedRecord) -> tuple[ReviewView, ...]:
    """Each with its note, which is stored apart from the facts."""
    return tuple(
        ReviewView(
            review_id=review.note_key,
            at=review.at,
            by=review.by,
            finding=review.finding,
            verdict=review.verdict,
            note=identified_record.notes.get(review.note_key, ""),
            reviewer=identified_record.reviewers.get(review.by, ""),
            settles=review.settles,
            is_blind=review.is_blind,
        )
        for review in reviews
    )

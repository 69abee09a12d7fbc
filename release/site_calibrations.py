"""The calibrations of a stage's sites: which a new model version makes out of date, and a list."""

from collections.abc import Iterator

from botocore.exceptions import ClientError
from rich.table import Table

from recalibration.history import RecalibrationRelease, list_recalibrations
from release.stage_account import StageAccount
from release.version_tables import start_table


def read_recalibrations(account: StageAccount) -> tuple[RecalibrationRelease, ...]:
    """Those of all sites, the newest first; none for a stage of an earlier release."""
    bucket = account.environment.facts_bucket
    return list_recalibrations(account.client("s3"), bucket) if bucket else ()


def describe_outdated(account: StageAccount, version: str) -> Iterator[str]:
    """A sentence for each site whose slope and offset were fitted to another model version.

    They still count: the version of the model has no part in a site's settings.
    """
    try:
        releases = read_recalibrations(account)
    except ClientError as error:
        yield f"The sites' calibrations could not be read: {error}"
        return
    for release in releases:
        card = release.card
        if release.counts and card.model_version != version:
            yield (
                f"{card.site} has slope {card.slope:.2f} and offset {card.offset:.2f} of "
                f"{card.model_version}, and they still count. Undo them, or fit them anew once "
                f"{version} has reviews: make recalibrate SITE={card.site}"
            )


def build_table(releases: tuple[RecalibrationRelease, ...], *, stage: str) -> Table:
    """One row for each recalibration."""
    columns = ("site", "settings", "model", "status", "films", "log loss", "approved")
    table = start_table(f"Recalibrations in {stage}", columns)
    for release in releases:
        card = release.card
        table.add_row(
            card.site,
            str(card.number),
            card.model_version,
            "counts" if release.counts else "replaced",
            str(card.films),
            f"{card.log_loss_before:.3f} to {card.log_loss_after:.3f}",
            f"{card.at[:10]} {card.why}",
        )
    return table

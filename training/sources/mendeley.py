"""Downloads the archive of the public set from Mendeley Data (rscbjbr9sj, version 2).

Address, size and hash come from Mendeley's own list of files.
"""

from pathlib import Path
from typing import Any

import requests

from training.sources.download import HEADERS, TIMEOUT, RemoteFile, download
from training.sources.errors import SourceError

ARCHIVE = "ChestXRay2017.zip"
LISTING = "https://data.mendeley.com/public-api/datasets/rscbjbr9sj/files?folder_id=root&version=2"
_BY_HAND = (
    f"Download {ARCHIVE} from https://data.mendeley.com/datasets/rscbjbr9sj/2 in a browser, and "
    "name it with --archive."
)


def fetch_archive(folder: Path, *, listing: str = LISTING) -> Path:
    """Downloads the archive into `folder`, unless it is there, and returns its path.

    Raises SourceError.
    """
    path = folder / ARCHIVE
    download(_fetch_listing(listing), path)
    return path


def _fetch_listing(listing: str) -> RemoteFile:
    try:
        response = requests.get(listing, headers=HEADERS, timeout=TIMEOUT)
        response.raise_for_status()
        return _find_archive(response.json())
    except requests.HTTPError as error:
        status = error.response.status_code
        raise SourceError(f"Mendeley refuses its list, status {status}. {_BY_HAND}") from error
    except requests.JSONDecodeError as error:
        raise SourceError(f"Mendeley's list is no longer JSON. {_BY_HAND}") from error
    except requests.RequestException as error:
        raise SourceError(f"There is no connection to Mendeley. {_BY_HAND}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(f"Mendeley's list has another form than before. {_BY_HAND}") from error


def _find_archive(files: Any) -> RemoteFile:
    for file in files:
        if file["filename"] == ARCHIVE:
            details = file["content_details"]
            return RemoteFile(
                str(details["download_url"]), int(details["size"]), str(details["sha256_hash"])
            )
    raise SourceError(f"Mendeley's list has no {ARCHIVE}. {_BY_HAND}")

"""AWS in one process: moto's S3 (kept on disk), SQS, SageMaker, CloudWatch, parameters, secrets.

`python -m local.aws.server --port 8001 --folder .local/data/objects --origin http://localhost:8000`
"""

import argparse
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.serving import run_simple

_Start = Callable[..., Any]
_Application = Callable[[dict[str, Any], _Start], Iterable[bytes]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--origin", required=True)
    chosen = parser.parse_args()
    # Only a bucket's own CORS rule opens it to a page, as in AWS. moto reads this at import.
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    application = guarded(_moto(chosen.folder), port=chosen.port, origin=chosen.origin)
    _serve(application, chosen.port)


def guarded(application: _Application, *, port: int, origin: str) -> _Application:
    """moto checks no signature, so any page that the same browser has open could write: refuse
    what comes from another origin or under another name than localhost.
    """
    hosts = {f"localhost:{port}", f"127.0.0.1:{port}"}

    def guard(environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
        foreign = environ.get("HTTP_ORIGIN") not in (None, origin)
        if foreign or environ.get("HTTP_HOST") not in hosts:
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Only the page of this system may come here.\n"]
        return application(environ, start)

    return guard


def _moto(folder: Path) -> _Application:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from local.aws.object_store import ObjectFolder
    from local.aws.persistent_s3 import Keeper, install

    keeper = Keeper(ObjectFolder(folder))
    keeper.load()
    install(keeper)
    return DomainDispatcherApplication(create_backend_app)


def _serve(application: _Application, port: int) -> None:
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # Otherwise small answers wait 40 ms for the reader's acknowledgement. A buffer would be wrong
    # here: it would hold back the "100 Continue" that the SDK waits a second for.
    MotoRequestHandler.disable_nagle_algorithm = True
    run_simple("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()

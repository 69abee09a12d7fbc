"""AWS in one process: moto's S3 (kept on disk), SQS, SageMaker, CloudWatch, parameters, secrets.

`python -m local.aws.server --port 8001 --folder .local/data/objects --origin http://localhost:8000`
"""

import argparse
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from werkzeug.serving import run_simple

from local.aws.signatures import Application, StartResponse, require_signature
from local.whole_requests import require_whole_head


def main() -> int:
    arguments = _parser().parse_args()
    # Only a bucket's own CORS rule opens it to a page, as in AWS. moto reads this at import.
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    application = refuse_foreign_requests(
        require_signature(_load_moto(arguments.folder)),
        port=arguments.port,
        origin=arguments.origin,
    )
    serve(application, arguments.port)
    return 0


def refuse_foreign_requests(application: Application, *, port: int, origin: str) -> Application:
    """Answers 403 to requests from another origin or with another host name than localhost.

    A page that is open in the same browser could write without this, if it had a signed form.
    """
    hosts = {f"localhost:{port}", f"127.0.0.1:{port}"}

    def respond(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        is_foreign = environ.get("HTTP_ORIGIN") not in (None, origin)
        if is_foreign or environ.get("HTTP_HOST") not in hosts:
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Only the page of this system may use this address.\n"]
        return application(environ, start_response)

    return respond


def _load_moto(folder: Path) -> Application:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from local.aws.module_list import patch_module_list
    from local.aws.object_store import ObjectStore
    from local.aws.object_versions import ObjectVersions
    from local.aws.ordered_keys import patch_listings
    from local.aws.persistent_s3 import patch_moto

    patch_listings()
    patch_module_list()
    versions = ObjectVersions(ObjectStore(folder))
    versions.load()
    patch_moto(versions)
    return DomainDispatcherApplication(create_backend_app)


def serve(application: Application, port: int) -> None:
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # Without this, small answers wait 40 ms for the client's delayed acknowledgement. A write
    # buffer would be wrong here: it holds back the "100 Continue" that the SDK waits for.
    MotoRequestHandler.disable_nagle_algorithm = True
    parse_request = require_whole_head(MotoRequestHandler.parse_request)
    MotoRequestHandler.parse_request = parse_request  # type: ignore[assignment, method-assign]
    run_simple("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.aws.server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the objects are stored")
    parser.add_argument("--origin", required=True, help="the origin of the page, for CORS")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""S3 of one machine with N synthetic films in memory: `python -m benchmarks.memory_s3 PORT N`.

The S3 of `make run` keeps each object in two files, which takes minutes for 100,000 films.
"""

import sys

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends

from benchmarks.synthetic_films import build_films, list_progress
from local.aws.ordered_keys import patch_listings
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.aws.server import serve
from local.settings import ACCOUNT, REGION


def main() -> None:
    """Serves until it is ended."""
    port, count = map(int, sys.argv[1:])
    patch_listings()
    backend = s3_backends[ACCOUNT]["aws"]
    for name in (FACTS_BUCKET, IMAGES_BUCKET):
        backend.create_bucket(name, REGION)
        backend.put_bucket_versioning(name, "Enabled")
    for film in build_films(count):
        for bucket, objects in ((FACTS_BUCKET, film.facts), (IMAGES_BUCKET, film.images)):
            for key, content in objects.items():
                backend.put_object(bucket, key, content, disable_notification=True)
    key, content = list_progress()
    backend.put_object(IMAGES_BUCKET, key, content, disable_notification=True)
    serve(DomainDispatcherApplication(create_backend_app), port)


if __name__ == "__main__":
    main()

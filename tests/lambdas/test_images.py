"""The first version of an upload is the one that is screened, however many follow."""

import hashlib

from contracts import keys
from lambdas.images import ImageStore
from tests.lambdas.calls import Api, Aws


def test_the_first_of_more_than_a_thousand_versions_wins(aws: Aws, api: Api) -> None:
    """S3 lists 1,000 versions a page; here 2, since moto takes seconds for a thousand puts."""
    radiograph = api.create()
    for number in range(5):
        aws.upload(radiograph, f"version {number}".encode())
    aws.s3.put_object(Bucket="pictures", Key=f"{keys.incoming(radiograph)}-other", Body=b"x")

    def page_of_two(params: dict[str, object], **_: object) -> None:
        params["MaxKeys"] = 2

    aws.s3.meta.events.register("before-parameter-build.s3.ListObjectVersions", page_of_two)
    file = ImageStore(aws.s3, "pictures").read_first_upload(radiograph)
    assert file is not None
    assert file.content == b"version 0"
    assert file.sha256 == hashlib.sha256(b"version 0").hexdigest()

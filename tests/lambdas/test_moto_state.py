"""The models bucket is kept between tests only where it has the same objects."""

import gc
import weakref

from tests.lambdas.calls import Aws
from tests.lambdas.moto_state import MODELS_BUCKET, MotoState, find_s3


def test_another_object_than_at_first_is_a_change(aws: Aws) -> None:
    """Also one that Python stores where a deleted one was."""
    keys = find_s3().buckets[MODELS_BUCKET].keys
    aws.s3.put_object(Bucket=MODELS_BUCKET, Key="later", Body=b"1")
    state = MotoState()
    assert not state.has_models
    state.keep_models()
    assert state.has_models
    version = weakref.ref(keys.getlist("later")[0])
    # moto cannot reset a bucket with a name that has no version, so the name goes as well.
    keys.pop("later")
    gc.collect()
    assert not state.has_models
    assert version() is not None

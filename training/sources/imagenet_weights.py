"""Checks that a file is one of ImageNet weights that Keras publishes."""

import hashlib
from pathlib import Path

from training.sources.download import check_sha256
from training.sources.errors import SourceError

# ResNet-50 V2 without the classifier (`resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5`):
# its MD5 from `keras.applications`, which names no better hash.
_MD5 = "fac2f116257151a9d068a22e544a4917"


def check_published(path: Path, *, sha256: str | None) -> None:
    """Raises SourceError if the file is not the one that Keras names, or that `sha256` names."""
    if not path.is_file():
        raise SourceError(f"{path} is not there.")
    if sha256:
        check_sha256(path, sha256)
        return
    with path.open("rb") as content:
        md5 = hashlib.file_digest(content, "md5").hexdigest()
    if md5 != _MD5:
        raise SourceError(
            f"{path.name} is not the file that Keras publishes: its MD5 is {md5}, and should be "
            f"{_MD5}. Name the SHA-256 of another one with --sha256."
        )

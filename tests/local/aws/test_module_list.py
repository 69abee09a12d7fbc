"""moto's modules are listed once, and none is missing."""

import pytest
from moto import backends

from local.aws.module_list import patch_module_list


def test_the_modules_are_those_that_moto_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    names = list(backends.list_of_moto_modules())
    # Restores moto's own function at the end.
    monkeypatch.setattr(backends, "list_of_moto_modules", backends.list_of_moto_modules)
    patch_module_list()
    # By which moto would list its folder.
    monkeypatch.setattr(backends, "os", None)
    assert "s3" in names
    assert list(backends.list_of_moto_modules()) == names

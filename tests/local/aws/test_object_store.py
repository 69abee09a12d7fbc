"""What the object store keeps of its versions when the process or the machine stops."""

import json
from pathlib import Path

from local.aws.object_store import ObjectStore, Version


def test_a_version_that_was_never_finished_is_deleted(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    version = Version(
        number=1, bucket="b", key="k", version_id="v", last_modified="2026-11-23T08:00:00"
    )
    store.write_object(version, b"whole")
    (tmp_path / "b" / "000000000002.bytes").write_bytes(b"cut o")
    (tmp_path / "b" / "000000000001.partial").write_text("{")
    # An empty file, as a power cut leaves it.
    (tmp_path / "b" / "000000000003.json").touch()
    restarted = ObjectStore(tmp_path)
    assert restarted.read_versions() == [version]
    assert {path.name for path in (tmp_path / "b").iterdir()} == {
        "000000000001.bytes",
        "000000000001.json",
    }
    assert restarted.next_number() > version.number


def test_a_description_keeps_the_names_that_older_data_folders_have(tmp_path: Path) -> None:
    version = Version(number=1, bucket="b", key="k", version_id="v", last_modified="2026-11-23")
    ObjectStore(tmp_path).write_object(version, b"1")
    fields = json.loads((tmp_path / "b" / "000000000001.json").read_text())
    assert fields["made"] == "2026-11-23"
    assert ObjectStore(tmp_path).read_versions() == [version]

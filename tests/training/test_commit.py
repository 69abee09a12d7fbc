"""The commit of the source is said exactly, or not at all."""

import subprocess
from pathlib import Path

import pytest

from training.commit import read_commit


def _git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    command = ["git", *author, *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of one commit, which has a tag."""
    (tmp_path / "source.py").write_text("first\n")
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", "source.py")
    _git(tmp_path, "commit", "--quiet", "-m", "First")
    _git(tmp_path, "tag", "-a", "v1", "-m", "v1")
    return tmp_path


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XRAY_GIT_COMMIT", raising=False)


def test_a_clean_tree_has_the_whole_hash(repository: Path) -> None:
    assert read_commit(repository) == _git(repository, "rev-parse", "HEAD")


def test_a_changed_file_makes_the_tree_dirty(repository: Path) -> None:
    (repository / "source.py").write_text("second\n")
    assert read_commit(repository) == _git(repository, "rev-parse", "HEAD") + "-dirty"


def test_no_repository_has_no_commit(tmp_path: Path) -> None:
    assert read_commit(tmp_path) is None


def test_a_repository_around_the_source_has_other_commits(repository: Path) -> None:
    (repository / "unpacked").mkdir()
    assert read_commit(repository / "unpacked") is None


def test_a_machine_without_git_has_no_commit(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert read_commit(repository) is None


def test_a_job_repeats_the_commit_of_its_launch(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XRAY_GIT_COMMIT", "0123abcd-dirty")
    assert read_commit(repository) == "0123abcd-dirty"

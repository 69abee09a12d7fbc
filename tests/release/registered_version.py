"""A stage with a registered version, beside the one that came with a deploy and answers."""

from pathlib import Path

from contracts import model_layout
from contracts.model_pointer import ModelPointer
from tests.release.stage import Stage
from training.artefact.model_folder import read_model_folder

BUNDLED = read_model_folder(Path("models")).card["model_version"]


def register_beside_bundled(stage: Stage, smoke: Path) -> str:
    """Returns the registered version; the bundled one is the current one."""
    stage.put_version(BUNDLED, **{model_layout.COPIED_FROM: "an asset"})
    stage.write_pointer(ModelPointer(model_version=BUNDLED))
    result = stage.run("register", str(smoke))
    assert result.returncode == 0, result.stderr
    return read_model_folder(smoke).version

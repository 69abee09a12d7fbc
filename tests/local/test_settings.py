"""The settings of a run are read from the environment and checked."""

from pathlib import Path

import pytest

from local.errors import SettingsError
from local.settings import TOOLS_FOLDER, Model, from_environment


def test_nothing_chosen_is_the_cpu_model_on_port_8000_in_the_checkout() -> None:
    settings = from_environment({"PORT": "", "MODEL": "", "SAMPLES": "", "XRAY_LOCAL_DIR": ""})
    assert (settings.port, settings.model, settings.samples, settings.folder) == (
        8000,
        Model.CPU,
        None,
        TOOLS_FOLDER,
    )


def test_each_part_has_a_port_of_its_own(tmp_path: Path) -> None:
    settings = from_environment({"PORT": "9000", "MODEL": "endpoint", "SAMPLES": str(tmp_path)})
    assert sorted(settings.ports) == [9000, 9001, 9002, 9003, 9004]
    assert settings.samples == tmp_path


def test_a_prefix_is_part_of_the_page_s_address_and_not_of_its_origin() -> None:
    settings = from_environment({"PORT": "9000", "PREFIX": "/dev"})
    assert settings.public_url == "http://localhost:9000/dev"
    assert settings.origin == "http://localhost:9000"


@pytest.mark.parametrize(
    "environment",
    [
        {"PORT": "80"},
        {"PORT": "65534"},
        {"PORT": "x"},
        {"MODEL": "gpu"},
        {"PREFIX": "dev/"},
        {"SAMPLES": "/no/such"},
    ],
    ids=str,
)
def test_a_choice_that_cannot_be_followed_is_named(environment: dict[str, str]) -> None:
    [(name, value)] = environment.items()
    with pytest.raises(SettingsError, match=f"^{name}={value}"):
        from_environment(environment)

"""Recipe settings can be changed by name, and stored cards keep the older names."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.overrides import apply_overrides
from training.recipe import RecipeError
from training.recipes import DEFAULT, JOINT, ORIGINAL, SMOKE

CARD = Path(__file__).parents[2] / "models" / "model_card.json"


def test_a_setting_takes_the_type_that_it_had() -> None:
    settings = {"image_size": "56", "head_units": "[4,2]", "augmentation.horizontal_flip": "0.25"}
    recipe = apply_overrides(SMOKE, settings)
    assert (recipe.image_size, recipe.head_units) == (56, (4, 2))
    assert recipe.augmentation.horizontal_flip == 0.25
    assert replace(recipe, image_size=112, head_units=(8, 8), augmentation=SMOKE.augmentation) == (
        SMOKE
    )


@pytest.mark.parametrize(
    ("older_name", "new_name"),
    [
        ("limit", "max_images"),
        ("side", "image_size"),
        ("smoothing", "blur_sigma"),
        ("averaging", "ema_decay"),
        ("augmentation.mirror", "augmentation.horizontal_flip"),
        ("augmentation.edges", "augmentation.border_occlusion"),
    ],
)
def test_an_older_name_of_a_setting_is_refused_with_the_new_one(
    older_name: str, new_name: str
) -> None:
    with pytest.raises(RecipeError, match=f"^'{older_name}' is now called '{new_name}'[.]$"):
        apply_overrides(SMOKE, {older_name: "1"})


@pytest.mark.parametrize("name", ["mirror", "augmentation.side", "augmentation", "name", "epoch"])
def test_an_unknown_setting_is_refused_with_all_names(name: str) -> None:
    with pytest.raises(RecipeError, match=f"no setting '{name}'.*All are: seed, max_images, "):
        apply_overrides(SMOKE, {name: "1"})


def test_a_recipe_has_the_setting_names_of_the_released_card() -> None:
    card_fields = json.loads(CARD.read_text())["recipe"]
    fields = DEFAULT.card_fields()
    assert fields.keys() == card_fields.keys()
    assert fields["augmentation"].keys() == card_fields["augmentation"].keys()


def test_the_hash_of_a_recipe_is_over_its_stored_names() -> None:
    # Else the same recipe would get another version, and no older checkpoint could be resumed.
    content = json.dumps(SMOKE.card_fields(), sort_keys=True).encode()
    assert SMOKE.sha256 == hashlib.sha256(content).hexdigest()


def test_recipes_of_a_release_keep_their_hashes() -> None:
    released = json.loads(CARD.read_text())["recipe"]
    assert json.loads(json.dumps(JOINT.card_fields())) == released
    content = json.dumps(released, sort_keys=True).encode()
    assert hashlib.sha256(content).hexdigest() == JOINT.sha256
    hashes = {recipe.name: recipe.sha256[:8] for recipe in (DEFAULT, JOINT, SMOKE)}
    assert hashes == {"default": "b5030fff", "joint": "a87f9b5f", "smoke": "4b10c4fc"}


def test_a_later_setting_is_stored_where_it_does_something() -> None:
    assert ORIGINAL.card_fields()["augmentation"]["zoom_per_axis"] is True
    changed = apply_overrides(SMOKE, {"augmentation.zoom_per_axis": "true"})
    assert changed.sha256 != SMOKE.sha256
    assert apply_overrides(changed, {"augmentation.zoom_per_axis": "false"}).sha256 == SMOKE.sha256


def test_the_head_is_frozen_only_where_something_else_is_trained() -> None:
    with pytest.raises(RecipeError, match="'frozen_head' needs 'frozen' and 'adults'"):
        apply_overrides(SMOKE, {"frozen_head": "true"})
    settings = {"adults": "true", "frozen": "true", "frozen_head": "true"}
    assert apply_overrides(SMOKE, settings).frozen_head

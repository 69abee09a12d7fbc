"""Train a model by a recipe: `python -m training --recipe default`."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from training.data.manifest import read_manifest
from training.errors import TrainingError
from training.overrides import apply_overrides
from training.recipes import RECIPES, RecipeError


def main() -> int:
    """Run one recipe and say what came out; status 2 and a sentence when nothing can."""
    try:
        run(sys.argv[1:])
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where this one ended.", file=sys.stderr)
        return 130
    return 0


def run(words: Sequence[str]) -> None:
    """The command without its edge, for who starts it another way. Raises TrainingError."""
    arguments = _parser().parse_args(words)
    out = arguments.out or Path("build/training") / arguments.recipe
    recipe = apply_overrides(RECIPES[arguments.recipe], dict(arguments.set))
    for folder in filter(None, (out, arguments.cache, arguments.checkpoints)):
        if folder.exists() and not folder.is_dir():
            raise RecipeError(f"{folder} is a file, and a folder is needed.")
    radiographs = read_manifest(arguments.data)
    # Only now, because it takes seconds; and before it, else it logs its build options.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = arguments.backend if arguments.only_learn else "tensorflow"
    if arguments.only_learn:
        from training.data.examples import prepare
        from training.fit.train_network import learn, run_folders, split_for_recipe

        trained = learn(
            recipe,
            *prepare(recipe, split_for_recipe(recipe, radiographs)),
            data=arguments.data,
            run=run_folders(arguments.cache, recipe, arguments.checkpoints),
        )
        print(f"The weights are in {trained}. The same command without --only-learn goes on.")
        return
    if arguments.backend != "tensorflow":
        # A process has one backend, and only TensorFlow exports.
        _learn_elsewhere(words)
    from training.artefact.agreement import DisagreementError, require_agreement
    from training.train import train

    findings = train(
        recipe,
        radiographs,
        data=arguments.data,
        out=out,
        cache=arguments.cache,
        checkpoints=arguments.checkpoints,
    )
    print(f"{findings.version} is in {out}")
    print(f"validation: {findings.validation}")
    print(f"agreement of cpu with endpoint: {findings.agreement}")
    try:
        require_agreement(findings.agreement)
    except DisagreementError as error:
        print(f"Not for release, and no stage will take it. {error}")


def _learn_elsewhere(words: Sequence[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "training", *words, "--only-learn"], check=False)
    if done.returncode:
        raise TrainingError("Nothing was learnt, as it says above.")


def setting(text: str) -> tuple[str, str]:
    """`epochs=50` as a name and a value, for argparse."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE, such as epochs=50")
    return name, value


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Which recipe, and what to change in it."""
    parser.add_argument("--recipe", choices=sorted(RECIPES), required=True)
    parser.add_argument(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another number than the recipe has, such as epochs=50; as often as needed",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    add_recipe(parser)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("XRAY_DATA", "../shared/data")),
        help="folder of the data set (default: XRAY_DATA, else ../shared/data)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for the artefacts and the card (default: build/training/RECIPE; "
        "a release goes to models)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("build/training"),
        help="folder for checkpoints and TensorBoard's logs",
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        help="folder from which a run that was killed goes on (default: one in the cache)",
    )
    parser.add_argument(
        "--backend",
        choices=("tensorflow", "jax"),
        default="tensorflow",
        help="what learns (default: tensorflow); jax must be installed",
    )
    parser.add_argument(
        "--only-learn",
        action="store_true",
        help="stop before export and calibration; the same command without it goes on there",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

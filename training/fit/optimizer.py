"""The optimiser of a recipe: AdamW with a learning-rate schedule and a moving average."""

import keras

from training.recipe import Recipe

# The original system's schedule: times 0.95 every 10,000 steps.
_STAIR_STEPS, _STAIR_FACTOR = 10_000, 0.95

# The learning rate rises over the first tenth of the steps, from a twentieth of its value.
_WARM_UP_SHARE, _FIRST_RATE_SHARE = 0.1, 0.05

# A batch with a longer gradient more often has a wrong label than something to learn.
_MAX_GRADIENT_NORM = 5.0


def build_optimizer(recipe: Recipe, *, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """Builds AdamW with the recipe's schedule, weight decay and exponential moving average."""
    return keras.optimizers.AdamW(
        _build_schedule(recipe, steps=steps_per_epoch * recipe.epochs),
        weight_decay=recipe.weight_decay,
        global_clipnorm=_MAX_GRADIENT_NORM,
        use_ema=recipe.ema_decay > 0,
        ema_momentum=recipe.ema_decay or 0.99,
    )


def _build_schedule(
    recipe: Recipe, *, steps: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    if recipe.schedule == "staircase":
        return keras.optimizers.schedules.ExponentialDecay(
            recipe.learning_rate, _STAIR_STEPS, _STAIR_FACTOR, staircase=True
        )
    warm_up_steps = round(_WARM_UP_SHARE * steps)
    return keras.optimizers.schedules.CosineDecay(
        _FIRST_RATE_SHARE * recipe.learning_rate,
        max(1, steps - warm_up_steps),
        warmup_target=recipe.learning_rate,
        warmup_steps=warm_up_steps,
    )

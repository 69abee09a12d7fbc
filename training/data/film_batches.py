"""Batches of views of children's and adults' films, with what is known of each view.

A batch has pairs of views first, whose logits a consistency loss compares: children's films, whole
and changed, and healthy adults' films, whole and lungs only. Then come single views of adults:
lungs only, and the same on the background of a healthy film.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.data import views
from training.data.augmentation import change_appearance, transform
from training.data.batches import BatchRows
from training.data.films import AdultArrays, Films
from training.data.targets import Targets, build_targets
from training.data.views import FilmTensors
from training.recipe import VIEWS, Recipe
from training.value_types import Weights

Indices = NDArray[np.int64]


class _Draws(NamedTuple):
    """The films of each batch of an epoch, (steps, number)."""

    children: Indices
    backgrounds: Indices
    healthy: Indices
    lungs: Indices
    moved: Indices
    grounds: Indices


class _Sources(NamedTuple):
    children: FilmTensors
    lungs: FilmTensors
    whole: FilmTensors


@dataclass(frozen=True, eq=False)
class FilmBatches:
    """Batches of a recipe with `adults`. Half of the views are children's.

    `weights` (n,) are those of children's films against the bias of acquisition.
    """

    children: Films
    weights: Weights
    adults: AdultArrays
    recipe: Recipe

    @property
    def steps(self) -> int:
        """An epoch has half as many children of either class as the rarer one has, in two views."""
        rarer = int(np.bincount(self.children.labels, minlength=2).min())
        return max(1, rarer // self.recipe.children_per_batch)

    def epoch(self, epoch: int, *, first: int = 0) -> tf.data.Dataset:
        """Yields (images, targets, weights) of each batch of `epoch`, from batch `first` on.

        Images are float32 (batch, size, size, 1), 0-255.
        """
        return (
            tf.data.Dataset.from_tensor_slices(tuple(each[first:] for each in self._draw(epoch)))
            .enumerate(first)
            .map(
                lambda step, rows: self.build(step + epoch * self.steps, rows),
                num_parallel_calls=1,
                deterministic=True,
            )
            .prefetch(2)
        )

    def rows(self, epoch: int, *, first: int = 0) -> Iterator[BatchRows]:
        """Yields what `build` makes each batch of: its number in the run, and the films drawn."""
        draws = self._draw(epoch)
        for step in range(first, self.steps):
            yield step + epoch * self.steps, tuple(each[step] for each in draws)

    def build(
        self, number: tf.Tensor, rows: tuple[tf.Tensor, ...]
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor], dict[str, tf.Tensor]]:
        """Builds a batch, as `epoch` yields it, by tensors only; it can be part of a graph."""
        seed = tf.stack([self.recipe.seed, number])
        planes, targets = self._build_views(self._sources, _Draws(*rows), seed)
        grey = planes[..., views.GREY : views.GREY + 1]
        images = change_appearance(grey, self.recipe.augmentation, seed=_fold(seed, 99))
        return images, targets.values, targets.weights

    @cached_property
    def _sources(self) -> _Sources:
        """All films, on the GPU where there is one, also if a graph asks for them first."""
        films = (self.children, self.adults.lungs, self.adults.whole)
        with tf.init_scope():
            return _Sources(*map(views.load_tensors, films))

    def _draw(self, epoch: int) -> _Draws:
        """As many films of either class, and of adults as many of either view."""
        rng = np.random.default_rng([self.recipe.seed, epoch])
        masked = np.flatnonzero(self.children.lungs.any(axis=(1, 2, 3)))
        healthy = np.arange(len(self.adults.whole))

        def draw(members: Indices, count: int) -> Indices:
            return rng.choice(members, (self.steps, count))

        return _Draws(
            children=self._draw_children(rng),
            backgrounds=draw(masked, self.recipe.children_per_batch),
            healthy=draw(healthy, self.recipe.healthy_per_batch),
            lungs=self._draw_lungs(rng, self.recipe.children_per_batch),
            moved=self._draw_lungs(rng, self.recipe.children_per_batch // 2),
            grounds=draw(healthy, self.recipe.children_per_batch // 2),
        )

    def _draw_children(self, rng: np.random.Generator) -> Indices:
        """Half of either class, by the weights of the films."""
        size = (self.steps, self.recipe.children_per_batch // 2)
        odds = self.weights**self.recipe.acquisition_balance
        draws = []
        for label in (0, 1):
            members = np.flatnonzero(self.children.labels == label)
            draws.append(rng.choice(members, size, p=odds[members] / odds[members].sum()))
        return np.concatenate(draws, axis=1)

    def _draw_lungs(self, rng: np.random.Generator, count: int) -> Indices:
        """Draws half of the films with an opacity; each film's view is drawn first."""
        groups = self.adults.groups
        is_opacity = np.arange(count) < count // 2
        view = rng.integers(2, size=(self.steps, count))
        indices = np.zeros((self.steps, count), np.int64)
        for (label, number), members in groups.items():
            applies = (is_opacity == bool(label)) & (view == number)
            indices[applies] = rng.choice(members, int(applies.sum()))
        return indices

    def _build_views(
        self, sources: _Sources, draws: _Draws, seed: tf.Tensor
    ) -> tuple[tf.Tensor, Targets]:
        children = self._build_children(sources.children, draws, seed)
        healthy = [self._move(sources.whole, draws.healthy, _fold(seed, n)) for n in (4, 5)]
        healthy[1] = views.keep_lungs(healthy[1], _uniform(healthy[1], _fold(seed, 6), high=3))
        lungs = self._move(sources.lungs, draws.lungs, _fold(seed, 7))
        moved = views.swap_background(
            self._move(sources.lungs, draws.moved, _fold(seed, 8)),
            self._move(sources.whole, draws.grounds, _fold(seed, 9)),
        )
        planes = tf.concat([children, _interleave(*healthy), lungs, moved], axis=0)
        labels = [
            tf.repeat(tf.gather(self.children.labels, draws.children), VIEWS),
            tf.zeros(VIEWS * self.recipe.healthy_per_batch, tf.int64),
            tf.gather(self.adults.lungs.labels, draws.lungs),
            tf.gather(self.adults.lungs.labels, draws.moved),
        ]
        return planes, build_targets(planes, labels)

    def _build_children(self, source: FilmTensors, draws: _Draws, seed: tf.Tensor) -> tf.Tensor:
        """The whole film, and it with its background removed, swapped, or once more as it is."""
        whole, changed = (
            self._move(source, draws.children, _fold(seed, number)) for number in (0, 1)
        )
        grounds = self._move(source, draws.backgrounds, _fold(seed, 2))
        removed = views.keep_lungs(changed, _uniform(changed, _fold(seed, 3), high=3))
        swapped = views.swap_background(changed, grounds)
        draw = _uniform(changed, _fold(seed, 10))
        removal = self.recipe.background_removal
        swap = removal + self.recipe.background_swap
        has_lungs = views.has_lungs(changed)
        changed = tf.where(has_lungs & (draw < swap), swapped, changed)
        return _interleave(whole, tf.where(has_lungs & (draw < removal), removed, changed))

    def _move(self, films: FilmTensors, indices: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return transform(views.gather(films, indices), self.recipe.augmentation, seed=seed)


def _fold(seed: tf.Tensor, number: int) -> tf.Tensor:
    return tf.random.experimental.stateless_fold_in(seed, number)


def _uniform(planes: tf.Tensor, seed: tf.Tensor, *, high: float = 1.0) -> tf.Tensor:
    """One number for each film, (batch, 1, 1, 1)."""
    shape = tf.stack([tf.shape(planes)[0], 1, 1, 1])
    return tf.random.stateless_uniform(shape, seed, 0.0, high)


def _interleave(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Puts the two views of each film beside each other."""
    pairs = tf.stack([first, second], axis=1)
    return tf.reshape(pairs, tf.concat([[-1], tf.shape(first)[1:]], axis=0))

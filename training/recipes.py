"""The recipes, with the reason for each number; a new model is a new recipe."""

from dataclasses import replace

from training.recipe import Augmentation, Recipe

DEFAULT = Recipe(
    name="default",
    # ImageNet weights up to stage 3: 5,200 radiographs are too few to learn edges and textures.
    backbone="weights/resnet50v2_imagenet_to_stage3.keras",
    # Any fixed number: it decides the first weights and the order of the batches.
    seed=20261123,
    # All radiographs of the data set.
    max_images=None,
    # About 200 normal radiographs, so that specificity has a standard error of about 2 %.
    validation_share=0.15,
    # Half the rows and columns: what distinguishes the acquisitions is finer than an infiltrate,
    # and the network sees four times as many radiographs in the same time.
    image_size=112,
    # In pixels of that size: grain, noise and JPEG blocks are finer. Without blur, and with no
    # noise in training, strong noise turned four of five healthy validation images into pneumonia.
    blur_sigma=1.0,
    # All stages are trained: with a frozen backbone, the head learns how sharp an image is.
    frozen=False,
    frozen_head=False,
    # One layer on the pooled features: the saliency map is then exactly what the logit sums up.
    head_units=(),
    l2=0.0,
    dropout=0.3,
    augmentation=Augmentation(
        # Children are rarely held quite straight, and radiographs are cropped freely.
        rotation=11.5,
        shift=0.08,
        zoom_in=0.25,
        zoom_out=0.12,
        # The data set is squashed to squares, and the two classes have different aspect ratios.
        aspect=0.125,
        # Pneumonia occurs on either side; that the heart is flipped too did not harm validation.
        horizontal_flip=0.5,
        # Detectors and their look-up tables differ by this much.
        gamma=0.35,
        contrast=0.3,
        brightness=0.12,
        # More normal radiographs have black borders, and on validation the network used that.
        border_occlusion=0.14,
        # As far as the sharpness of the two classes differs, and as far again on each side.
        sharpness=0.6,
        # Up to 28 grey levels of 224 x 224 pixels, which is half as many in means of four pixels.
        noise=0.055,
    ),
    # Each epoch draws equally many of either class: the balanced loss at a third of the cost.
    balance="draws",
    # The power of the inverse propensity by which radiographs are weighted. At 1 few radiographs
    # dominate an epoch, and validation gets worse.
    acquisition_balance=0.7,
    # The weight of the loss between the logits of two views of a radiograph.
    consistency=0.1,
    adults=False,
    background_removal=0.0,
    background_swap=0.0,
    population_weight=0.0,
    map_weight=0.0,
    # Adam's default would destroy pretrained weights, and twice this value learned no faster.
    learning_rate=2e-4,
    schedule="cosine",
    weight_decay=1e-4,
    # Averages about 200 steps, the last two or three epochs: one bad batch cannot move them.
    ema_decay=0.995,
    # Two cores process a batch of this size in 0.8 seconds.
    batch_size=32,
    # After 12 the ranking (AUC) is as good; after 24 the log loss is lower, 0.16 against 0.19 as
    # training measures it.
    epochs=24,
    # The schedule ends the run, not the noise of a small validation set.
    patience=8,
    # Of 100 pneumonias, 3 may lie below the threshold.
    sensitivity=0.97,
    # One radiograph in fourteen goes to a radiologist, and 98 % of the other answers are right on
    # validation.
    band_share=0.07,
)

# Adds what a model of `default` lacks, the population and the map of lungs and opacities; it needs
# lung masks and films of adults beside the children's set.
JOINT = replace(
    DEFAULT,
    name="joint",
    # The first weights are those of a model of `default` (`--warm-start`), and its answers to
    # children stay. Trained on both populations, the network answered children worse, and PA films
    # of adults from another source little better than chance.
    frozen=True,
    frozen_head=True,
    consistency=0.0,
    adults=True,
    # Of the second views of children, the shares whose background is black or another film's: what
    # lies beside the lungs tells the machine, and some machines filmed only the ill.
    background_removal=0.5,
    background_swap=0.25,
    population_weight=1.0,
    map_weight=1.0,
    # Both heads start from nothing, on features that stay.
    learning_rate=1e-3,
    weight_decay=0.0,
    epochs=8,
)

# A new last layer on the features of a model that was trained before: from the reviews of a
# hospital, in seconds.
HEAD = replace(
    DEFAULT,
    name="head",
    frozen=True,
    consistency=0.0,
    balance="weights",
    schedule="exact",
    # Each film as it is, and once as another acquisition might have given it.
    epochs=2,
    # Of 1e-4 to 0.1, the lowest log loss on validation (docs/experiments.md).
    weight_decay=0.01,
    ema_decay=0.0,
)

ORIGINAL = replace(
    DEFAULT,
    name="original",
    # The recipe of the first system, which answered "pneumonia" to every radiograph, as far as it
    # was described. Standardised images, clipped gradients, AdamW without decay for Adam, epochs
    # and calibration are ours. What is inherited from `default` is a guess: where the backbone
    # ends, the rate of dropout, and the batch size. So is its threshold (`original_comparison`).
    image_size=224,
    blur_sigma=0.0,
    frozen=True,
    # Two blocks of dense 256, batch norm, ReLU, dropout.
    head_units=(256, 256),
    l2=0.001,
    # Keras's ImageDataGenerator draws a zoom for each axis, and repeats the border, as ours does.
    # It shifts along the axes of the rotated image, and ours along those of the frame.
    augmentation=Augmentation(
        rotation=32,
        shift=0.3,
        zoom_in=0.2,
        zoom_out=0.2,
        zoom_per_axis=True,
        horizontal_flip=0.5,
    ),
    balance="weights",
    acquisition_balance=0.0,
    consistency=0.0,
    learning_rate=1e-5,
    # Times 0.95 every 10,000 steps, which 10 epochs do not reach.
    schedule="staircase",
    weight_decay=0.0,
    ema_decay=0.0,
    # As many as two cores run in half an hour; the loss is still falling.
    epochs=10,
    patience=10,
)

SMOKE = replace(
    DEFAULT,
    name="smoke",
    # Eight random filters over patches of 16 pixels: the shapes of a real run without its cost.
    backbone=None,
    # Enough radiographs of each class and split for a validation set with both classes.
    max_images=40,
    head_units=(8, 8),
    epochs=2,
)

RECIPES = {recipe.name: recipe for recipe in (DEFAULT, JOINT, HEAD, ORIGINAL, SMOKE)}

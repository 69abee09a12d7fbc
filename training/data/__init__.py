"""From the manifest on disk to batches: split, sampling weights, augmentation."""

"""A simulated half-year of one hospital: films, reviews, drift, recalibration and new models."""

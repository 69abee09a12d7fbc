"""From labelled X-rays to the released model: data, network, calibration, evaluation, export."""

"""The network: backbone, head, out-of-distribution detector, normalisation."""

"""Benchmarks: how fast the product is, each beside a peer or a limit measured in the same run."""

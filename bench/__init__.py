"""Benchmarks: each beside its reference, in one run, told as a ratio."""

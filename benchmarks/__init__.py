"""One command a figure, each beside its peer in the same run; `python -m benchmarks` runs all."""

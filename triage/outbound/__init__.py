"""Calls out of the house, to the helpdesks that are connected and to nobody else."""

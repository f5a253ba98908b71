"""Triage: who is hurt, afraid or furious gets an experienced human soon."""

__version__ = "0.1.0"

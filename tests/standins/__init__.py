"""Helpdesks as they document themselves, served on this machine: one file a vendor."""

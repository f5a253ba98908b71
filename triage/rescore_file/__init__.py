"""A backlog from a file, scored again: read in, scored, written, with a report. No server needed.

A run is three phases over one work file beside the output, so that it may be killed at any moment
and go on, and so that its memory does not depend on the file.
"""

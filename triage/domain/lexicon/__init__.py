"""The words themselves, one phrase a line, in the notation of `triage.domain.phrasebook`."""

"""The model of this installation: the weights that ship or that it names, with its own calibration.

A calibration that cannot be used is left out, with a sentence in the log: after an upgrade, or when
the file is damaged, the desk goes on with what ships until somebody calibrates again.
"""

from __future__ import annotations

import structlog

from models.classifier import WEIGHTS, Classifier
from models.installation import CALIBRATION, BadCalibration
from triage.settings import Settings

log = structlog.get_logger()


def installed_model(settings: Settings) -> Classifier:
    """Return the model, ready to answer. Raises ModelUnavailable."""
    weights = settings.weights_folder or WEIGHTS
    try:
        return Classifier.load(weights, calibration=settings.data_folder / CALIBRATION)
    except BadCalibration as error:
        log.warning("calibration_left_out", reason=str(error))
        return Classifier.load(weights)

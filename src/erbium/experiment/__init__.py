"""Experiments on cells: lines, drugs in the medium, ligands, and what is read."""

from erbium.experiment.batch import measure
from erbium.experiment.condition import Condition, Exposure
from erbium.experiment.culture import Culture, Reading

__all__ = ["Condition", "Culture", "Exposure", "Reading", "measure"]

"""Experiments on cells: lines, drugs in the medium, ligands, and what is read."""

from erbium.experiment.batch import measure
from erbium.experiment.condition import Condition, Exposure, Neighbours
from erbium.experiment.culture import Culture, Reading
from erbium.experiment.protocol import Protocol, read_protocol
from erbium.experiment.result import ExperimentResult
from erbium.experiment.run import run_experiment

__all__ = [
    "Condition",
    "Culture",
    "ExperimentResult",
    "Exposure",
    "Neighbours",
    "Protocol",
    "Reading",
    "measure",
    "read_protocol",
    "run_experiment",
]

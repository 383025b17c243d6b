"""Experiments in cell culture: lines, drugs in the medium, ligands, and what is read."""

from erbium.experiment.culture import Culture, Reading

__all__ = ["Culture", "Reading"]

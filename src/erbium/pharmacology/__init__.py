"""Regimens, pharmacokinetics and target engagement: from drug files to filled slots and doses."""

from erbium.pharmacology.host import Host
from erbium.pharmacology.interactions import Interaction, find_interactions
from erbium.pharmacology.prescription import Prescription, prescribe

__all__ = ["Host", "Interaction", "Prescription", "find_interactions", "prescribe"]

"""Fits of the few tumour-level numbers to published arms."""

from erbium.calibrate.backbone import BackboneFit, current_values, fit_backbone
from erbium.calibrate.neutropenia import NeutropeniaFit, fit_neutropenia
from erbium.calibrate.pathological import PathologicalFit, fit_pathological
from erbium.calibrate.report import fit_report

__all__ = [
    "BackboneFit",
    "NeutropeniaFit",
    "PathologicalFit",
    "current_values",
    "fit_backbone",
    "fit_neutropenia",
    "fit_pathological",
    "fit_report",
]

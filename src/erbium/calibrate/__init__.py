"""Fits of the few tumour-level numbers to published arms."""

from erbium.calibrate.backbone import BackboneFit, fit_backbone

__all__ = ["BackboneFit", "fit_backbone"]

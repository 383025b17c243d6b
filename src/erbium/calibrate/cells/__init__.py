"""Calibration of the shared kinetic numbers to cells in culture."""

from erbium.calibrate.cells.fit import CellFit, Settings, fit_cells
from erbium.calibrate.cells.text import cell_report

__all__ = ["CellFit", "Settings", "cell_report", "fit_cells"]

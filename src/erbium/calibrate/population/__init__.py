"""The calibration of the free numbers to published arms, with what is predicted from it."""

from erbium.calibrate.population.fit import PopulationFit, Settings, fit_population, library_size
from erbium.calibrate.population.joint import joint_ensemble, left_out_text
from erbium.calibrate.population.text import population_json, population_report

__all__ = [
    "PopulationFit",
    "Settings",
    "fit_population",
    "joint_ensemble",
    "left_out_text",
    "library_size",
    "population_json",
    "population_report",
]

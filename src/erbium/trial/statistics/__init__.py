"""Statistics of virtual trials: everything is read from a table of patients, and nothing runs the model."""

from erbium.trial.statistics.arm import ArmSummary, summarise_arm
from erbium.trial.statistics.cut import followed_until
from erbium.trial.statistics.difference import Difference, rate_difference
from erbium.trial.statistics.endpoint import figure_name
from erbium.trial.statistics.estimate import LEVEL, Estimate
from erbium.trial.statistics.proportion import exact_interval, mean_chance, response_rate, share
from erbium.trial.statistics.ratio import Ratio, hazard_ratio
from erbium.trial.statistics.subgroup import Interaction
from erbium.trial.statistics.summarise import summarise
from erbium.trial.statistics.summary import Subgroup, Summary
from erbium.trial.statistics.survival import Curve, curve

__all__ = [
    "LEVEL",
    "ArmSummary",
    "Curve",
    "Difference",
    "Estimate",
    "Interaction",
    "Ratio",
    "Subgroup",
    "Summary",
    "curve",
    "exact_interval",
    "figure_name",
    "followed_until",
    "hazard_ratio",
    "mean_chance",
    "rate_difference",
    "response_rate",
    "share",
    "summarise",
    "summarise_arm",
]

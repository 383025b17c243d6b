"""Scores of virtual trials against published ones, beside what constants score."""

from erbium.trial.scoring.constants import constants
from erbium.trial.scoring.mixture import Mixture
from erbium.trial.scoring.of_trial import rows_of
from erbium.trial.scoring.page import scoreboard_markdown
from erbium.trial.scoring.rows import ComparisonRow, FigureRow, SubgroupRow
from erbium.trial.scoring.score import Scoreboard, score

__all__ = [
    "ComparisonRow",
    "FigureRow",
    "Mixture",
    "Scoreboard",
    "SubgroupRow",
    "constants",
    "rows_of",
    "score",
    "scoreboard_markdown",
]

"""The scoreboard: the shipped trials on virtual patients, scored against what was published."""

from erbium.trial.scoreboard.frozen import Frozen, freeze
from erbium.trial.scoreboard.headline import log_row
from erbium.trial.scoreboard.log import ScoringLog
from erbium.trial.scoreboard.predictions import write_predictions
from erbium.trial.scoreboard.run import Setting, TrialScoreboard, resumed, run_scoreboard, today
from erbium.trial.scoreboard.selection import Selection, select, with_lines_simulated
from erbium.trial.scoreboard.sides import Sides, find_sides

__all__ = [
    "Frozen",
    "ScoringLog",
    "Selection",
    "Setting",
    "Sides",
    "TrialScoreboard",
    "find_sides",
    "freeze",
    "log_row",
    "resumed",
    "run_scoreboard",
    "select",
    "today",
    "with_lines_simulated",
    "write_predictions",
]

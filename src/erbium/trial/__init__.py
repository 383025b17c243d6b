"""Virtual trials: what happened to their patients, and what it says beside the published figures."""

from erbium.trial.result import TrialRun
from erbium.trial.run import run_trial
from erbium.trial.study import Study

__all__ = ["Study", "TrialRun", "run_trial"]

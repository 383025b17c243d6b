"""What can be predicted without a model: three constants, from the trials used in calibration."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, median

from erbium.trial.scoring.rows import ComparisonRow

#: Names of the constants, as printed.
GROUP, MEDIAN, ONE = "mean of class and line", "median", "one"
NAMES = (GROUP, MEDIAN, ONE)


def constants(row: ComparisonRow, training: Sequence[ComparisonRow]) -> Mapping[str, float]:
    """Return the log hazard ratio that each constant predicts for a comparison.

    Parameters
    ----------
    row
        The comparison. Its own trial is never among those the constants are taken from, unless it is in
        sample, as it is for the model then.
    training
        The primary comparisons of the calibration trials. Where the class and line of the row has none, the
        mean of all stands for it; without any training trial all constants are 1.
    """
    known = [item for item in training if row.in_sample or item.trial != row.trial]
    logs = [item.log_published for item in known]
    same = [item.log_published for item in known if item.group == row.group]
    return {
        GROUP: fmean(same or logs or [0.0]),
        MEDIAN: math.log(median(map(math.exp, logs))) if logs else 0.0,
        ONE: 0.0,
    }

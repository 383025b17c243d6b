"""Planning a trial: power, size, cut-offs of markers, and what selecting patients would save."""

from erbium.trial.planning.cutoff import Cut, CutOff, cut_off, enrichment
from erbium.trial.planning.formula import (
    Size,
    event_chance,
    events_needed,
    power_of_events,
    size_for_rates,
    size_for_ratio,
)
from erbium.trial.planning.resample import Power, resampled_power

__all__ = [
    "Cut",
    "CutOff",
    "Power",
    "Size",
    "cut_off",
    "enrichment",
    "event_chance",
    "events_needed",
    "power_of_events",
    "resampled_power",
    "size_for_rates",
    "size_for_ratio",
]

"""Planning a trial: power, size, cut-offs of markers, and what selecting patients would save."""

from erbium.trial.planning.comparison import Planned, Wanted, plan_by_hand, plan_comparison
from erbium.trial.planning.cutoff import Cut, CutOff, cut_off, enrichment
from erbium.trial.planning.enrich import enrich
from erbium.trial.planning.formula import (
    Size,
    event_chance,
    events_needed,
    power_of_events,
    power_of_rates,
    size_for_rates,
    size_for_ratio,
)
from erbium.trial.planning.resample import Power, resampled_power

__all__ = [
    "Cut",
    "CutOff",
    "Planned",
    "Power",
    "Size",
    "Wanted",
    "cut_off",
    "enrich",
    "enrichment",
    "event_chance",
    "events_needed",
    "plan_by_hand",
    "plan_comparison",
    "power_of_events",
    "power_of_rates",
    "resampled_power",
    "size_for_rates",
    "size_for_ratio",
]

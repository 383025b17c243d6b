"""What a fit to published arms gives to the rest: joint draws of its numbers, and trials left out in turn."""

from __future__ import annotations

import json

import numpy as np

from erbium.calibrate.population.fit import PopulationFit
from erbium.knowledge.ensemble import TUMOUR_NUMBERS, Ensemble
from erbium.knowledge.left_out import SCHEMA as LEFT_OUT_SCHEMA
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.tables import load_numbers


def joint_ensemble(fit: PopulationFit) -> Ensemble:
    """Return the draws of the numbers that move courses, one row each; shares of patients are left out."""
    units = {name: p.unit for module in load_parameters().values() for name, p in module.items()}
    units |= {name: load_numbers(file)[key].unit for name, (file, key) in TUMOUR_NUMBERS.items()}
    which = [k for k, item in enumerate(fit.place) if item.kind == "number"]
    names = tuple(fit.place[k].name for k in which)
    values = np.stack([fit.place[k].at(fit.posterior.draws[:, k]) for k in which], axis=1)
    mode = [float(fit.place[k].at(fit.posterior.mode[k : k + 1])[0]) for k in which]
    fitted = frozenset(fit.place[k].name for k in which if fit.posterior.fitted[k])
    return Ensemble(
        names, tuple(units[name] for name in names), fitted, values, fit.settings.seed, fit.date,
        fit.observed.hash, tuple(float(f"{x:.4g}") for x in mode),
    )  # fmt: skip


def left_out_text(fit: PopulationFit) -> str:
    """Return, as TOML, what was predicted of each trial when all its rows were left out."""
    lines = [
        "# Written by `erbium calibrate population`: each trial as the fit without it predicts it. Shares in",
        "# per cent, times in months; median, 5th and 95th percentile of the simulated figure.",
        f'schema = "{LEFT_OUT_SCHEMA}"',
        f'date = "{fit.date}"',
        f'data_hash = "{fit.observed.hash}"',
        f'library_hash = "{fit.library.hash}"',
    ]
    for one in fit.left_out:
        if one.kind != "trial":
            continue
        for item in one.predictions:
            arm, _, versus = item.label.removeprefix(f"{item.trial}: ").partition(" against ")
            lines += ["", "[[left_out]]", f"trial = {json.dumps(item.trial)}", f"arm = {json.dumps(arm)}"]
            lines += [f"versus = {json.dumps(versus)}"] if versus else []
            lines += [f"statistic = {json.dumps(item.statistic)}"]
            lines += [f"{key} = {getattr(item, key):.6g}" for key in ("value", "low", "high")]
    return "\n".join(lines) + "\n"

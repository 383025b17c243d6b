"""Shipped ensembles: members of a fit, and the draws from them.

Two files of one name in ``data/ensemble``: ``cells.toml`` says what and when, ``cells.npz`` holds the
members, one row each. ``cells`` are kinetic numbers fitted to cells, ``population`` the numbers fitted to
published arms. Without them every number is drawn from its own range.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from erbium.core import seeds
from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.parameters import data_folder, load_parameters
from erbium.knowledge.tables import load_numbers

SCHEMA = "erbium.ensemble/1"
#: Numbers of the tumour tables that a fit to published arms may move: file and key.
TUMOUR_NUMBERS = {
    "doubling": ("tumour/settings", "metastatic_doubling"),
    "minor_fraction": ("tumour/variation", "minor_fraction"),
    "tolerance_per_line": ("tumour/variation", "tolerance_per_line"),
    "growth_per_line": ("tumour/variation", "growth_per_line"),
    "tolerance_cv": ("tumour/variation", "tolerance_cv"),
    "lesion_detection_mm": ("tumour/variation", "lesion_detection_mm"),
}


@dataclass(frozen=True)
class Ensemble:
    """Members of a fit, in physical units.

    Attributes
    ----------
    names, units
        Columns: ``module.name`` of the network, or a factor that holds in a dish only
        (``dish.name``, ``medium.name.handle``) or the answer to an open question
        (``alternative.question``, its position).
    fitted
        Names whose posterior is narrower than 0.7 of the prior; the others are assumed.
    values
        Shape (members, names).
    seed, date, data_hash
        What identifies the fit.
    typical
        Value of each number in the typical draw; the medians of the members where it is empty.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    fitted: frozenset[str]
    values: Array
    seed: int
    date: str
    data_hash: str
    typical: tuple[float, ...] = ()

    def column(self, name: str) -> Array | None:
        """Return the members of one number, None where the fit does not hold it."""
        return self.values[:, self.names.index(name)] if name in self.names else None

    def draws(self, name: str, twins: Twins) -> Array | None:
        """Return a number for every twin, (count,): one member per parameter draw, the typical in the first.

        All numbers of a draw come from the same member, so what the fit knows of them jointly is kept.
        """
        values = self.column(name)
        if values is None:
            return None
        rank = seeds.uniform(twins.common_seed, np.arange(len(values)), "shared.member").argsort()
        chosen = values[rank[twins.draw_numbers % len(values)]].astype(float)
        typical = self.typical[self.names.index(name)] if self.typical else np.median(values)
        chosen[twins.draw_numbers == 0] = typical
        return np.repeat(chosen, twins.marker_draws)


def load_ensemble(name: str = "cells", folder: Path | None = None) -> Ensemble | None:
    """Return a shipped ensemble, None where there is none.

    Raises
    ------
    DataError
        Header and members do not fit each other.
    """
    place = folder or data_folder() / "ensemble"
    header, members = place / f"{name}.toml", place / f"{name}.npz"
    if not header.exists():
        return None
    try:
        head = tomllib.loads(header.read_text(encoding="utf-8"))
        with np.load(members, allow_pickle=False) as kept:
            values = np.asarray(kept["members"], float)
        found = Ensemble(
            tuple(head["names"]), tuple(head["units"]), frozenset(head["fitted"]), values,
            int(head["seed"]), str(head["date"]), str(head["data_hash"]),
            tuple(float(x) for x in head.get("typical", ())),
        )  # fmt: skip
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"the ensemble cannot be read ({error}).", file=header) from error
    if head.get("schema") != SCHEMA or values.shape != (len(values), len(found.names)):
        raise DataError(
            f"members of shape {values.shape} for {len(found.names)} names.",
            file=header, key="names", expected=f"one column per name, schema {SCHEMA}",
        )  # fmt: skip
    return found


@functools.cache
def shipped_ensemble() -> Ensemble | None:
    """Return the shipped ensemble if all that it names still exists, else None."""
    found = load_ensemble()
    if found is None:
        return None
    parameters = load_parameters()
    known = {f"{module}.{name}" for module, numbers in parameters.items() for name in numbers}
    known |= {f"dish.{name}" for numbers in parameters.values() for name in numbers}
    known |= {f"alternative.{question}" for question in load_alternatives()}
    stale = [name for name in found.names if not name.startswith("medium.") and name not in known]
    return None if stale else found


@functools.cache
def joint_posterior() -> Ensemble | None:
    """Return the joint draws of the numbers fitted to published arms, None where none are shipped.

    They belong to the shipped values: draws around other values than these are not used.

    Raises
    ------
    DataError
        The files do not fit each other, or a shipped number is not the one that the draws belong to.
    """
    found = load_ensemble("population")
    if found is None:
        return None
    shipped = fitted_to_arms()
    for name, typical in zip(found.names, found.typical, strict=True):
        if name not in shipped or not np.isclose(shipped[name], typical, rtol=1e-3):
            raise DataError(
                f'the draws of "{name}" are around {typical:.4g}, the shipped value is {shipped.get(name)}.',
                file=data_folder() / "ensemble" / "population.toml", key="typical",
                expected="draws of the fit that the shipped numbers come from",
                hint="repeat erbium calibrate population --ensemble, or remove both files",
            )  # fmt: skip
    return found


def joint_draws(name: str, twins: Twins) -> Array | None:
    """Return a number fitted to published arms for every twin, drawn with the others; None if it was not."""
    found = joint_posterior()
    return None if found is None else found.draws(name, twins)


def fitted_to_arms() -> dict[str, float]:
    """Return the shipped value of every number that a fit to published arms may move."""
    flat = {name: p.value for module in load_parameters().values() for name, p in module.items()}
    return flat | {name: load_numbers(file)[key].value for name, (file, key) in TUMOUR_NUMBERS.items()}


def _quoted(words: Iterable[str]) -> str:
    return "[\n" + "".join(f'    "{word}",\n' for word in words) + "]"


def write_ensemble(ensemble: Ensemble, folder: Path, name: str = "cells") -> tuple[Path, Path]:
    """Write header and members (float32); return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    header, members = folder / f"{name}.toml", folder / f"{name}.npz"
    np.savez_compressed(members, members=ensemble.values.astype(np.float32))
    header.write_text(
        f"# Written by `erbium calibrate {name}`; members are the rows of the .npz beside this file.\n"
        f'schema = "{SCHEMA}"\n'
        f"seed = {ensemble.seed}\n"
        f'date = "{ensemble.date}"\n'
        f'data_hash = "{ensemble.data_hash}"\n'
        f"members = {len(ensemble.values)}\n"
        f"names = {_quoted(ensemble.names)}\n"
        f"units = {_quoted(ensemble.units)}\n"
        f"fitted = {_quoted(sorted(ensemble.fitted))}\n"
        + (f"typical = [{', '.join(f'{x:.4g}' for x in ensemble.typical)}]\n" if ensemble.typical else ""),
        encoding="utf-8",
    )
    return header, members

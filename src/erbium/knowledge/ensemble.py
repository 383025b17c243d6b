"""The shipped ensemble of shared kinetic numbers, fitted to cells, and its draws.

Two files of one name in ``data/ensemble``: ``cells.toml`` says what and when, ``cells.npz`` holds the
members, one row each. Without them every number is drawn from its own range.
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

SCHEMA = "erbium.ensemble/1"


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
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    fitted: frozenset[str]
    values: Array
    seed: int
    date: str
    data_hash: str

    def column(self, name: str) -> Array | None:
        """Return the members of one number, None where the fit does not hold it."""
        return self.values[:, self.names.index(name)] if name in self.names else None

    def draws(self, name: str, twins: Twins) -> Array | None:
        """Return a number for every twin, (count,): one member per parameter draw, medians in the first.

        All numbers of a draw come from the same member, so what the fit knows of them jointly is kept.
        """
        values = self.column(name)
        if values is None:
            return None
        rank = seeds.uniform(twins.common_seed, np.arange(len(values)), "shared.member").argsort()
        chosen = values[rank[twins.draw_numbers % len(values)]].astype(float)
        chosen[twins.draw_numbers == 0] = np.median(values)
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


def _quoted(words: Iterable[str]) -> str:
    return "[\n" + "".join(f'    "{word}",\n' for word in words) + "]"


def write_ensemble(ensemble: Ensemble, folder: Path, name: str = "cells") -> tuple[Path, Path]:
    """Write header and members (float32); return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    header, members = folder / f"{name}.toml", folder / f"{name}.npz"
    np.savez_compressed(members, members=ensemble.values.astype(np.float32))
    header.write_text(
        "# Written by `erbium calibrate cells`; members are the rows of the .npz beside this file.\n"
        f'schema = "{SCHEMA}"\n'
        f"seed = {ensemble.seed}\n"
        f'date = "{ensemble.date}"\n'
        f'data_hash = "{ensemble.data_hash}"\n'
        f"members = {len(ensemble.values)}\n"
        f"names = {_quoted(ensemble.names)}\n"
        f"units = {_quoted(ensemble.units)}\n"
        f"fitted = {_quoted(sorted(ensemble.fitted))}\n",
        encoding="utf-8",
    )
    return header, members

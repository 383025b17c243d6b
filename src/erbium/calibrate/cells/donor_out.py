"""Donor-out: drug responses of patients whose drug data were never seen.

Donors are dealt into folds; with as many folds as donors, one is left out at a time. For each fold the
ensemble starts from the prior again. What the folds share is the first step: the prior's simulations
of all data are made once, and each fold's update uses the rows that are left. Later steps are
simulated for each fold by itself, so nothing of the held-out rows enters. The signalling data of its
donors stay; every drug response of theirs, in every data set, goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from erbium.calibrate.cells.errors_model import ErrorModel
from erbium.calibrate.cells.observations import Observations
from erbium.calibrate.cells.reliability import rescaled
from erbium.calibrate.cells.smoother import Smoother
from erbium.core import seeds
from erbium.core.errors import DataError
from erbium.core.twins import Array

#: Errors that a new donor shares with the others: the potency of a drug and the level of an assay.
CARRIED = ("assay", "drug")


@dataclass(frozen=True)
class Pair:
    """One drug response of a held-out donor, mean over the donor's lines.

    Attributes
    ----------
    observed, predicted
        In the unit of the measure.
    drug_mean
        Mean of the drug over the training donors: the baseline for a donor of whom nothing is known.
    oracle
        Drug mean plus the held-out donor's own mean deviation over its other drugs: a baseline that
        knows more than the model does.
    rescaled
        The prediction about the drug mean, as far as training donors say that it is to be trusted.
    """

    donor: str
    dataset: str
    measure: str
    drug: str
    observed: float
    predicted: float
    drug_mean: float
    oracle: float
    rescaled: float


def deal(donors: Sequence[str], count: int, seed: int) -> tuple[tuple[str, ...], ...]:
    """Return donors in at most `count` folds of about equal size, dealt by the seed."""
    order = seeds.uniform(seed, np.arange(len(donors)), "donor.fold").argsort()
    folds = [tuple(donors[k] for k in order[first::count]) for first in range(count)]
    return tuple(fold for fold in folds if fold)


def split(observations: Observations, donors: Sequence[str]) -> tuple[Observations, Observations]:
    """Return what may be learnt from and what is held out.

    Raises
    ------
    DataError
        A held-out row is left among the training rows.
    """
    held, kept = observations.drugs_of(donors), observations.without_drugs_of(donors)
    if any(row.drug and row.donor in donors for row in kept.rows) or len(held) + len(kept) != len(
        observations
    ):
        raise DataError(f"drug responses of {', '.join(donors)} leak into training.", expected="none")
    return kept, held


def predict_donors(
    smoother: Smoother, label: str, donors: Sequence[str], z: Array, y: Array
) -> dict[str, Array]:
    """Return the ensemble mean of the held-out rows, errors of the others carried over.

    Parameters
    ----------
    label
        Name of the fold.
    z, y
        Prior ensemble and its predictions of all rows.

    Returns
    -------
    dict[str, Array]
        ``mean`` and ``rescaled`` (:mod:`erbium.calibrate.cells.reliability`), each of shape (held rows,).
    """
    table = smoother.forward.observations
    training, held = split(table, donors)
    keep = table.mask(lambda row: not (row.drug and row.donor in donors))
    laboratory = smoother.forward.only(training)
    label = f"without-{label}"
    end, _ = smoother.invert(label, laboratory, training.values, z, y[:, keep])
    seen = training.where(lambda row: bool(row.drug))
    at_seen = _mean(smoother.predict(f"{label}-seen", smoother.forward.only(seen), end))
    at_held = _mean(smoother.predict(f"{label}-held", smoother.forward.only(held), end))
    return {
        "mean": at_held + carried(seen, held, seen.values - at_seen),
        "rescaled": rescaled(seen, held, at_seen, at_held),
    }


def carried(seen: Observations, held: Observations, residuals: Array) -> Array:
    """Return what drug and assay errors, learnt from residuals of seen rows, add to held rows."""
    errors = ErrorModel.of(Observations((*seen.rows, *held.rows)))
    n = len(seen)
    terms = ErrorModel(errors.own[:n], errors.shared[:n], errors.terms).terms_given(residuals)
    chosen = np.array([kind in CARRIED for kind, _ in errors.terms])
    return np.asarray(errors.shared[n:, chosen] @ terms[chosen])


def baselines(
    table: Observations,
    predicted: Mapping[tuple[str, ...], Array],
    trusted: Mapping[tuple[str, ...], Array],
) -> list[Pair]:
    """Return every held-out pair with both baselines; drugs of a single donor have none and are left out.

    Parameters
    ----------
    predicted, trusted
        Donors of a fold to predictions of their held-out rows, in the order of
        :meth:`Observations.drugs_of`: as they are, and rescaled.
    """
    observed = _by_pair(table, None)
    simulated, rescaled_to = _of_folds(table, predicted), _of_folds(table, trusted)
    drug_means: dict[tuple[str, str, str, str], float] = {}
    for pair in observed:
        others = [v for key, v in observed.items() if key[1:] == pair[1:] and key[0] != pair[0]]
        if others:
            drug_means[pair] = float(np.mean(others))
    found = []
    for key, value in observed.items():
        if key not in drug_means or key not in simulated:
            continue
        donor, dataset, measure, drug = key
        own = [
            observed[k] - drug_means[k]
            for k in drug_means
            if k[:3] == (donor, dataset, measure) and k[3] != drug
        ]
        oracle = drug_means[key] + (float(np.mean(own)) if own else 0.0)
        found.append(Pair(*key, value, simulated[key], drug_means[key], oracle, rescaled_to[key]))
    return found


def _of_folds(
    table: Observations, folds: Mapping[tuple[str, ...], Array]
) -> dict[tuple[str, str, str, str], float]:
    return {
        key: value
        for donors, values in folds.items()
        for key, value in _by_pair(table.drugs_of(donors), values).items()
    }


def _by_pair(table: Observations, values: Array | None) -> dict[tuple[str, str, str, str], float]:
    """Return the mean over lines by donor, data set, measure and drug; dose-wise rows are left out."""
    groups: dict[tuple[str, str, str, str], list[float]] = {}
    for k, row in enumerate(table.rows):
        if row.drug and row.dose < 0:
            key = (row.donor, row.dataset, row.measure, row.drug)
            groups.setdefault(key, []).append(row.value if values is None else float(values[k]))
    return {key: float(np.mean(found)) for key, found in groups.items()}


def _mean(y: Array) -> Array:
    return np.asarray(y[np.isfinite(y).all(axis=1)].mean(axis=0))

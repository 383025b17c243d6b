"""Scores of held-out pairs: errors against the baselines, ranks against one-marker rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from erbium.calibrate.cells.design import Marker, load_design
from erbium.calibrate.cells.donor_out import Pair
from erbium.calibrate.cells.names import donor_of
from erbium.core.twins import Array
from erbium.knowledge import load_knowledge
from erbium.knowledge.cell_lines import load_cell_lines
from erbium.knowledge.schema.cell_line import CellLine

#: One measure per data set ranks sensitivity; the sign makes larger mean more sensitive.
RANKED = {"GR_AOC": 1.0, "log10_IC50": -1.0, "mean_inhibition": 1.0, "log10_GI50": -1.0}
#: Donors that a drug needs before its ranks say something.
LEAST_DONORS = 5
RESAMPLES = 2000


@dataclass(frozen=True)
class Contrast:
    """Model beside a rival.

    Attributes
    ----------
    name
        What is compared.
    model, rival
        Their scores.
    low, high
        90 % donor-bootstrap interval of the difference; positive favours the model.
    n, donors
        Pairs and donors.
    """

    name: str
    model: float
    rival: float
    low: float
    high: float
    n: int
    donors: int

    @property
    def verdict(self) -> str:
        """In one word: an interval that includes zero shows nothing."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "not shown"


def scales(pairs: Sequence[Pair]) -> dict[tuple[str, str], float]:
    """Return the spread of every data set and measure, the unit in which errors are pooled."""
    groups: dict[tuple[str, str], list[float]] = {}
    for pair in pairs:
        groups.setdefault((pair.dataset, pair.measure), []).append(pair.observed)
    return {key: max(float(np.std(values)), 1e-6) for key, values in groups.items()}


def root_mean_square(
    pairs: Sequence[Pair], of: Callable[[Pair], float], unit: Mapping[tuple[str, str], float]
) -> float:
    """Return the pooled error of a prediction in spreads of its data set."""
    errors = [(of(p) - p.observed) / unit[p.dataset, p.measure] for p in pairs]
    return float(np.sqrt(np.mean(np.square(errors))))


def simulated(pair: Pair) -> float:
    """Return the model's prediction."""
    return pair.predicted


def trusted(pair: Pair) -> float:
    """Return the model's prediction, rescaled by what training donors showed."""
    return pair.rescaled


def error_contrasts(
    pairs: Sequence[Pair], seed: int, of_model: Callable[[Pair], float] = simulated
) -> list[Contrast]:
    """Return RMSE over all pairs, and by data set, against both baselines."""
    unit = scales(pairs)
    rivals: dict[str, Callable[[Pair], float]] = {
        "drug mean (training donors)": lambda p: p.drug_mean,
        "line mean + drug mean (oracle: knows the donor's other drugs)": lambda p: p.oracle,
    }
    found = []
    for where in ("all", *dict.fromkeys(p.dataset for p in pairs)):
        some = [p for p in pairs if where in ("all", p.dataset)]
        for name, rival in rivals.items():

            def gain(chosen: Sequence[Pair], of: Callable[[Pair], float] = rival) -> float:
                return root_mean_square(chosen, of, unit) - root_mean_square(chosen, of_model, unit)

            low, high = bootstrap(some, gain, seed)
            found.append(
                Contrast(f"{where}: {name}", root_mean_square(some, of_model, unit),
                         root_mean_square(some, rival, unit), low, high, len(some),
                         len({p.donor for p in some}))
            )  # fmt: skip
    return found


def rank_contrasts(pairs: Sequence[Pair], seed: int) -> list[Contrast]:
    """Return within-drug rank correlations pooled by class against the rule of that class."""
    ranked = [p for p in pairs if p.measure in RANKED]
    found = []
    for marker in load_design().markers:
        some = [p for p in ranked if acts_on(p.drug, marker.targets)]
        if not some:
            continue
        level = marker_levels(marker)

        def model(p: Pair) -> float:
            return RANKED[p.measure] * p.predicted

        def rule(p: Pair, of: Mapping[str, float] = level) -> float:
            return of.get(p.donor, 0.0)

        def gain(chosen: Sequence[Pair], of: Callable[[Pair], float] = rule) -> float:
            return within_drug(chosen, model) - within_drug(chosen, of)

        low, high = bootstrap(some, gain, seed)
        found.append(
            Contrast(marker.name, within_drug(some, model), within_drug(some, rule), low, high,
                     len(some), len({p.donor for p in some}))
        )  # fmt: skip
    return found


def within_drug(pairs: Sequence[Pair], of: Callable[[Pair], float]) -> float:
    """Return Spearman's correlation over donors within each drug and data set, weighted by donors."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.dataset, pair.drug), []).append(pair)
    total, weight = 0.0, 0
    for group in groups.values():
        if len({p.donor for p in group}) < LEAST_DONORS:
            continue
        seen = rankdata([RANKED[p.measure] * p.observed for p in group])
        said = rankdata([of(p) for p in group])
        spread = seen.std() * said.std()
        rho = 0.0 if spread == 0 else float(((seen - seen.mean()) * (said - said.mean())).mean() / spread)
        total, weight = total + rho * len(group), weight + len(group)
    return total / weight if weight else float("nan")


def bootstrap(
    pairs: Sequence[Pair], statistic: Callable[[Sequence[Pair]], float], seed: int, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the 90 % interval of a statistic over donors drawn with replacement."""
    donors = sorted({p.donor for p in pairs})
    by_donor = {d: [p for p in pairs if p.donor == d] for d in donors}
    generator = np.random.default_rng(seed)
    values = []
    for _ in range(resamples):
        drawn = generator.integers(0, len(donors), len(donors))
        values.append(statistic([p for k in drawn for p in by_donor[donors[k]]]))
    finite = np.array(values)[np.isfinite(values)]
    if not finite.size:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [0.05, 0.95])
    return float(low), float(high)


def acts_on(drug: str, words: Sequence[str]) -> bool:
    """Return whether a target of the drug starts with one of the words."""
    names = [target.target.casefold() for target in load_knowledge().drugs[drug].targets]
    return any(name.startswith(word.casefold()) for name in names for word in words)


def marker_levels(marker: Marker) -> dict[str, float]:
    """Return the level of a marker by donor, mean over the donor's lines."""
    levels: dict[str, list[float]] = {}
    for line in load_cell_lines().values():
        levels.setdefault(donor_of(line), []).append(_level(marker, line))
    return {donor: float(np.mean(found)) for donor, found in levels.items()}


def _level(marker: Marker, line: CellLine) -> float:
    if marker.abundance is not None:
        return float(np.log(max(line.abundances[marker.abundance].value, 1e-3)))
    return sum(weight for gene, weight in marker.lesions.items() if carries(line, gene))


def carries(line: CellLine, gene: str) -> bool:
    """Return whether a line has a lesion of the gene: a variant, or a mechanism that names it."""
    word = gene.casefold()
    return any(v.gene == gene for v in line.variants) or any(
        m.id.split("_")[0] == word for m in line.mechanisms
    )


def noise_floor(pairs: Sequence[Pair], replicate: Mapping[str, float]) -> dict[str, Array]:
    """Return, by measure with replicates, the error in spreads that replicate noise alone would give."""
    unit = scales(pairs)
    return {
        measure: np.array([sd / unit[key]])
        for key in unit
        for measure, sd in replicate.items()
        if key[1] == measure
    }

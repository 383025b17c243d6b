"""What populations are like: the prevalences of the files, and published cohorts within tolerance."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest

from erbium.core.twins import Array
from erbium.knowledge import load_knowledge
from erbium.knowledge.populations import load_populations
from erbium.population import load_population
from erbium.population.sample import sample
from erbium.population.summary import Summary, grid

PATIENTS = 2000
#: Error of a sampled share in points.
NOISE = 1.5
#: Figures that a population does not reach, and why: cohorts of one population disagree.
MISSED = {
    ("her2_positive_early", "er = true", 73.0): "a trial of high-risk disease; 62 to 67 % in others",
    ("her2_positive_early", "er = true", 45.0): "a Chinese trial",
    ("her2_positive_early", "pdl1_positive = true", 30.4): "48 % in another trial of high-risk disease",
    ("her2_positive_metastatic", "PTEN_lost = true", 12.0): "12 to 32 % by assay after trastuzumab",
    ("her2_positive_metastatic", "PTEN_low = true", 56.2): "deleted or low by a laxer cut-off",
}


@functools.cache
def _summary(name: str, line: int) -> Summary:
    spec = load_population(name)
    summary = Summary(spec.at_line(line) if spec.setting == "metastatic" else spec)
    for block in sample(summary.population, PATIENTS, seed=7):
        summary.add(block)
    return summary


@functools.cache
def _table(line: int) -> tuple[pd.DataFrame, Array]:
    """Attributes, and the p95 ratio of those that have it."""
    spec = load_population("her2_positive_metastatic").at_line(line)
    blocks = list(sample(spec, PATIENTS, seed=7))
    ratio = np.concatenate([block.tumour.presences["p95her2"].strength for block in blocks])
    return pd.concat([block.table for block in blocks], ignore_index=True), ratio


PLACES = [
    (item.id, line)
    for item in load_populations().values()
    for line in sorted({published.line or item.line for published in item.published} or {1})
]


@pytest.mark.parametrize(("name", "line"), PLACES)
def test_shares_lie_within_tolerance_of_published_ones(name: str, line: int) -> None:
    rows = _summary(name, line).json()["published"]
    assert rows
    for row in rows:
        known = (name, row["what"], row["published_percent"]) in MISSED
        away = abs(row["simulated_percent"] - row["published_percent"]) - row["tolerance"]
        assert away > -NOISE if known else away < NOISE, row


def test_every_miss_that_is_named_is_there() -> None:
    there = {(name, row["what"], row["published_percent"]) for name, line in PLACES
             for row in _summary(name, line).json()["published"]}  # fmt: skip
    assert set(MISSED) <= there


def test_the_prevalences_are_those_of_the_mechanisms() -> None:
    table, _ = _table(1)
    mechanisms = load_knowledge().mechanisms
    for name in ("pten_loss", "p95her2", "ccne1_amplification", "muc4_masking", "nf1_loss"):
        prior = mechanisms[name].prior
        assert prior is not None
        stated = prior.prevalence["metastatic"].value
        assert table[f"mechanism.{name}"].mean() == pytest.approx(stated, abs=0.005)


def test_more_is_lost_after_treatment() -> None:
    first, second = _table(1)[0], _table(2)[0]
    assert second["PTEN_lost"].mean() > first["PTEN_lost"].mean() + 0.05
    assert (first["lines_before"] == 0).all()
    assert (second["lines_before"] == 1).all()


def _r(table: pd.DataFrame, one: str, other: str) -> float:
    """Spearman correlation of two columns."""
    a, b = (table[name].rank().to_numpy(dtype=float) for name in (one, other))
    return float(np.corrcoef(a, b)[0, 1])


def test_what_goes_together_has_its_sign() -> None:
    table, _ = _table(2)
    assert _r(table, "til_percent", "er") < -0.05
    assert _r(table, "pdl1_positive", "til_percent") > 0.25
    assert _r(table, "p95", "her2_thousands") > 0.1
    assert _r(table, "her2_copies", "her2_thousands") > 0.6
    assert _r(table, "CCND1_amplified", "er") > 0.04
    her2_enriched = (table["pam50"] == "HER2-enriched").to_numpy()
    hr, receptors = table["hr"].to_numpy(), table["her2_thousands"].to_numpy()
    assert her2_enriched[~hr].mean() > her2_enriched[hr].mean() + 0.1
    assert np.median(receptors[her2_enriched]) > np.median(receptors[~her2_enriched])


def test_p95_amount_follows_total_her2_as_in_the_published_assay() -> None:
    # R squared 0.48 in a published assay study of metastatic disease (facts table); here among positive ones.
    table, ratio = _table(2)
    has = table["mechanism.p95her2"].to_numpy()
    her2 = np.log(table["her2_thousands"].to_numpy()[has])
    amount = her2 + np.log(ratio[has])
    assert np.corrcoef(amount, her2)[0, 1] ** 2 == pytest.approx(0.48, abs=0.15)


def test_independence_of_pten_and_pik3ca_gives_the_published_union() -> None:
    table, _ = _table(2)
    a, b = table["PTEN_low"].mean(), table["PIK3CA_mutated"].mean()
    assert table["PIK3CA_mutated_or_PTEN_low"].mean() == pytest.approx(a + b - a * b, abs=0.02)


def test_streamed_quantiles_and_correlations_are_those_of_the_table() -> None:
    summary, table = _summary("her2_positive_metastatic", 2), _table(2)[0]
    for row in summary.json()["distributions"]:
        if "median" in row:
            values = table[row["attribute"]].to_numpy(dtype=float)
            for key, share in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
                assert row[key] == pytest.approx(np.quantile(values, share), rel=0.03)
            assert grid(row["attribute"])[0] < values.min()
            assert grid(row["attribute"])[-1] >= values.max()
    found = summary.json()["correlations"]
    i, j = (found["attributes"].index(name) for name in ("her2_copies", "her2_thousands"))
    logs = np.log(table[["her2_copies", "her2_thousands"]].to_numpy())
    assert found["r"][i][j] == pytest.approx(np.corrcoef(logs.T)[0, 1], abs=1e-3)
    assert found["r"][i][i] == pytest.approx(1.0)

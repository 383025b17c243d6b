"""Power and size by formula and by resampling; cut-offs that are there, and that are not."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.trial.planning import (
    cut_off,
    enrichment,
    event_chance,
    events_needed,
    power_of_events,
    resampled_power,
    size_for_rates,
    size_for_ratio,
)
from tests import synthetic_trial


def test_schoenfeld() -> None:
    # 4 (1.960 + 0.842)^2 / log(0.75)^2 = 379.4 events.
    assert events_needed(0.75) == 380
    assert power_of_events(0.75, 381) == pytest.approx(0.80, abs=0.002)
    assert events_needed(1 / 0.75) == 380
    assert events_needed(0.75, share=2 / 3) > 380


def test_patients_follow_from_the_chance_of_an_event() -> None:
    assert event_chance(12.0, 12.0) == pytest.approx(0.5)
    assert event_chance(12.0, 12.0, accrual_months=1e-6) == pytest.approx(0.5, rel=1e-5)
    assert event_chance(12.0, 1e6, drop_out_per_year=12 * np.log(2.0) / 12.0) == pytest.approx(0.5)
    size = size_for_ratio(0.75, 12.0, 1e6)
    assert size.patients == size.events == 380


def test_two_rates_of_a_textbook() -> None:
    # Fleiss: 0.60 against 0.50 at 80 % and 5 % needs 387 or 388 in each arm without continuity correction.
    assert size_for_rates(0.6, 0.5).patients / 2 == pytest.approx(388, abs=1)


def test_resampling_agrees_with_the_formula() -> None:
    table = synthetic_trial.patients(6000, {"control": 1.0, "tested": 0.7}, follow_up=1000.0)
    table["pfs_event"] = True
    found = resampled_power(table, "tested", "control", 200, trials=300)
    assert found.effect is not None
    assert found.low - 0.02 <= power_of_events(found.effect, 200) <= found.high + 0.02
    none = synthetic_trial.patients(6000, {"control": 1.0, "tested": 1.0})
    null = resampled_power(none, "tested", "control", 200, trials=300)
    assert null.power + null.against < 0.12
    json.dumps(null.json(), allow_nan=False)


def test_draws_make_an_assurance() -> None:
    table = synthetic_trial.patients(8000, draws=4, draw_sd=0.5)
    found = resampled_power(table, "tested", "control", 300, trials=120)
    assert len(found.by_draw) == 4
    assert found.power == pytest.approx(np.mean(found.by_draw))


def test_power_of_rates() -> None:
    table = pd.DataFrame({"arm": ["tested", "control"] * 500, "pcr_chance": [0.6, 0.5] * 500})
    found = resampled_power(table, "tested", "control", 776, outcome="pcr", trials=400)
    assert found.power == pytest.approx(0.80, abs=0.06)


def test_a_cut_off_that_is_there_is_found() -> None:
    table = _marked(1600, inside=0.35, outside=1.0)
    found = cut_off(table, "marker", "tested", "control", permutations=60)
    assert found.best.value == pytest.approx(0.7, abs=0.12)
    assert found.p_corrected <= 0.05
    assert found.hr_above is not None
    assert found.hr_below is not None
    assert found.hr_above < 0.55
    assert found.hr_below > 0.8
    json.dumps(found.json(), allow_nan=False)


def test_one_that_is_not_is_not_and_the_uncorrected_p_would_have_lied() -> None:
    raw, corrected = [], []
    for seed in range(12):
        table = _marked(240, inside=0.7, outside=0.7, seed=seed)
        found = cut_off(table, "marker", "tested", "control", permutations=19, seed=seed)
        assert found.p_corrected >= found.p
        raw.append(found.p)
        corrected.append(found.p_corrected)
    assert np.mean(raw) < 0.35 < np.mean(corrected)
    assert sum(p <= 0.05 for p in corrected) <= 3


def test_enrichment_needs_fewer_patients_and_more_screening() -> None:
    table = _marked(4000, inside=0.4, outside=0.9)
    everyone, selected, absurd = enrichment(table, "marker", "tested", "control", [0.7, 9.0])
    assert everyone["share"] == 1.0
    assert selected["hr"] == pytest.approx(0.4, rel=0.2)
    assert (selected["randomise"] or 0) < (everyone["randomise"] or 0)
    assert (selected["screen"] or 0) > (selected["randomise"] or 0) * 3
    assert absurd["hr"] is None


def test_what_cannot_be_planned_is_told() -> None:
    table = synthetic_trial.patients(40)
    with pytest.raises(DataError, match="hazard ratio of 1"):
        events_needed(1.0)
    with pytest.raises(DataError, match="told apart"):
        size_for_rates(0.5, 0.5)
    with pytest.raises(DataError, match="nobody"):
        resampled_power(table, "nobody", "control", 100)
    with pytest.raises(UnknownName, match="cns_pfs"):
        resampled_power(table, "tested", "control", 100, outcome="cns_pfs")
    with pytest.raises(UnknownName, match="cns_pfs"):
        cut_off(table, "her2_copies", "tested", "control", times="cns_pfs")
    with pytest.raises(UnknownName, match="her2_copies"):
        cut_off(table, "her2_copy", "tested", "control")
    with pytest.raises(DataError, match="no cut-off"):
        cut_off(table.assign(pfs_event=False), "her2_copies", "tested", "control")


def _marked(n: int, *, inside: float, outside: float, seed: int = 1) -> pd.DataFrame:
    """Return patients whose hazard ratio is `inside` at a marker of 0.7 or more, and `outside` below."""
    rng = np.random.default_rng(seed)
    marker, tested = rng.random(n), np.arange(n) % 2 == 0
    ratio = np.where(tested, np.where(marker >= 0.7, inside, outside), 1.0)
    true = rng.exponential(1.0 / (0.06 * ratio))
    return pd.DataFrame(
        {
            "arm": np.where(tested, "tested", "control"),
            "marker": marker,
            "pfs_months": true.clip(max=36.0),
            "pfs_event": true < 36.0,
        }
    )

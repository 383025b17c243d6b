"""Fields that contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.core.errors import DataErrors
from erbium.profile import explain, profile_from


def keys(**blocks: Any) -> list[str | None]:
    try:
        profile_from({"meta": {"id": "case-1"}, **blocks})
    except DataErrors as error:
        return [one.key for one in error.errors]
    return []


def test_a_ratio_must_be_copies_over_cep17() -> None:
    with pytest.raises(DataErrors) as caught:
        profile_from({"meta": {"id": "case-1"}, "her2": {"ish_ratio": 1.5, "copies": 12.0, "cep17": 2.9}})
    assert caught.value.key == "her2.ish_ratio"
    assert "ratio 1.5 contradicts 12 HER2 copies over 2.9 CEP17 (= 4.14)" in caught.value.message
    assert caught.value.nearest == "4.14"


@pytest.mark.parametrize(
    ("her2", "expected"),
    [
        ({"ish_ratio": 4.1, "copies": 12.0, "cep17": 2.9}, []),
        ({"ish_ratio": 4.2, "copies": 12.0, "cep17": 2.9}, []),
        ({"ish_ratio": 2.5, "copies": 6.0, "cep17": 2.0}, ["her2.ish_ratio"]),
        ({"copies": 6.0, "cep17": 0.0}, ["her2.cep17"]),
        ({"ihc": "0", "ihc_percent": 40}, ["her2.ihc_percent"]),
        ({"ihc": "0+", "ihc_percent": 0}, ["her2.ihc_percent"]),
        ({"ihc": "3+", "ihc_percent": 5}, ["her2.ihc_percent"]),
        ({"ihc": "3+", "ihc_percent": 20}, []),
        ({"ihc": "3+", "ihc_percent": 20, "edition": "2007"}, ["her2.ihc_percent"]),
        ({"ihc": "1+", "ihc_percent": 5}, ["her2.ihc_percent"]),
        ({"ish": "negative", "ish_ratio": 5.0, "copies": 12.0}, ["her2.ish"]),
        ({"ish": "positive", "ish_ratio": 1.1, "copies": 2.0}, ["her2.ish"]),
        ({"ish": "positive", "ish_ratio": 1.6}, []),
        ({"status": "negative", "ihc": "3+"}, []),
    ],
)
def test_her2_fields(her2: dict[str, Any], expected: list[str]) -> None:
    assert keys(her2=her2) == expected


def test_values_of_two_specimens_do_not_contradict() -> None:
    her2 = {
        "ish_ratio": {"value": 1.5, "date": "2021"},
        "copies": {"value": 12.0, "date": "2024"},
        "cep17": {"value": 2.9, "date": "2024"},
    }
    assert keys(her2=her2) == []


def test_earlier_her2_results_are_checked_too() -> None:
    assert keys(her2_history=[{"ihc": "3+", "ihc_percent": 5}]) == ["her2_history[0].ihc_percent"]


def test_an_entered_status_that_disagrees_is_a_warning() -> None:
    profile = profile_from({"meta": {"id": "case-1"}, "her2": {"status": "negative", "ihc": "3+"}})
    assert explain(profile).warnings == (
        "her2.status: entered negative, computed positive: IHC 3+: positive.",
    )


def test_disease() -> None:
    assert keys(disease={"brain_metastases": "none", "sites": ["brain"]}) == ["disease.brain_metastases"]
    assert keys(disease={"n_lesions": 0, "sum_of_diameters_mm": 30}) == ["disease.n_lesions"]


def test_treatments() -> None:
    assert keys(prior_therapies=[{"regimen": "THP", "start": "2024-05", "stop": "2023-01"}]) == [
        "prior_therapies[0].stop"
    ]
    assert keys(prior_therapies=[{"regimen": "THP", "start": "2024-05", "stop": "2024"}]) == []
    assert keys(
        disease={"setting": "metastatic", "line": 1},
        prior_therapies=[{"regimen": "THP", "setting": "metastatic", "line": 1}],
    ) == ["disease.line"]


def test_clones() -> None:
    one = {"name": "a", "fraction": 0.5}
    assert keys(clones=[one, {"name": "b", "fraction": 0.5, "her2_ihc": "0"}]) == []
    assert keys(clones=[one]) == ["clones"]
    assert keys(clones=[one, one]) == ["clones"]
    assert keys(clones=[{"name": str(n), "fraction": 0.2} for n in range(5)]) == ["clones"]


def test_specimens() -> None:
    her2 = {"ihc": {"value": "3+", "specimen": "s2"}}
    assert keys(her2=her2) == []
    assert keys(her2=her2, specimens=[{"id": "s1"}]) == ["her2.ihc.specimen"]

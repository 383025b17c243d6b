"""The answer for one patient: contract of its JSON, order, reasons, gaps, and that it can be repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from erbium.advise import Advice
from erbium.core.result import Result
from tests.answers import TWINS, answer

pytestmark = pytest.mark.needs_compiler

TIERS = ("I", "II", "III", "IV")


@pytest.fixture(scope="module")
def lost() -> Advice:
    """A patient whose tumour lost PTEN, second line, explained."""
    return answer(
        horizon="12 months",
        explain=2,
        blocks={
            "disease": {"setting": "metastatic", "line": 2},
            "protein": {"pten": "lost"},
            "person": {"lvef": 45},
        },
    )


@pytest.fixture(scope="module")
def neoadjuvant() -> Advice:
    return answer(blocks={"disease": {"setting": "neoadjuvant"}})


@pytest.fixture(scope="module")
def adjuvant() -> Advice:
    return answer(blocks={"disease": {"setting": "adjuvant"}}, horizon="24 months")


@pytest.fixture(scope="module")
def low() -> Advice:
    return answer(
        blocks={
            "her2": {"ihc": "1+"},
            "receptors": {"er_percent": 90},
            "disease": {"setting": "metastatic", "line": 2},
        }
    )


@pytest.fixture(params=["lost", "neoadjuvant", "adjuvant", "low"])
def any_answer(request: pytest.FixtureRequest) -> Advice:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Advice)
    return found


def intervals(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every median with low and high in an answer, with its path."""
    if isinstance(node, dict):
        if {"median", "low", "high"} <= set(node):
            yield path, node
        for key, value in node.items():
            yield from intervals(value, f"{path}.{key}")
    elif isinstance(node, list):
        for k, value in enumerate(node):
            yield from intervals(value, f"{path}[{k}]")


def test_it_is_a_result(any_answer: Advice) -> None:
    assert isinstance(any_answer, Result)
    assert len(any_answer.table()) == len(any_answer.options)


def test_the_envelope(any_answer: Advice) -> None:
    body = any_answer.json()
    assert body["schema"] == "erbium.advise/1"
    assert body["seed"] == 3
    assert len(body["knowledge_hash"]) >= 12
    assert "Research software" in body["notice"]
    assert body["engine"]["twins"] == TWINS
    assert body["engine"]["parameter_draws"] * body["engine"]["marker_draws"] == TWINS
    for key in ("case", "her2_status", "mechanisms", "clones", "not_allowed", "not_tested", "sources"):
        assert key in body


def test_there_is_no_not_a_number(any_answer: Advice) -> None:
    json.dumps(any_answer.json(), allow_nan=False)


def test_medians_lie_in_their_intervals(any_answer: Advice) -> None:
    seen = 0
    for path, found in intervals(any_answer.json()):
        low, median, high = found["low"], found["median"], found["high"]
        if isinstance(median, list):
            assert all(a <= b <= c for a, b, c in zip(low, median, high, strict=True)), path
            continue
        if median is None:
            assert found["not_reached"] is True, path
            assert high is None, path
            continue
        seen += 1
        assert low is not None, path
        assert low <= median + 1e-12, path
        assert high is None or median <= high + 1e-12, path
        if found["unit"] == "fraction" and "difference" not in path:
            assert -1e-9 <= low <= high <= 1.0 + 1e-9 or path.endswith("depth"), path
    assert seen > 10


def test_tiers_come_in_order_and_ranks_are_counted(any_answer: Advice) -> None:
    options = any_answer.options
    assert [option["rank"] for option in options] == list(range(1, len(options) + 1))
    tiers = [TIERS.index(option["tier"]) for option in options]
    assert tiers == sorted(tiers)
    for option in options:
        assert option["list"] == ("hypothesis" if option["tier"] == "IV" else "standard")


def test_ties_are_symmetric_and_within_a_tier(any_answer: Advice) -> None:
    by_rank = {option["rank"]: option for option in any_answer.options}
    for rank, option in by_rank.items():
        for other in option["tie_with"]:
            assert rank in by_rank[other]["tie_with"]
            assert by_rank[other]["tier"] == option["tier"]
            assert other != rank


def test_the_reference_is_among_the_options_and_no_better_than_itself(any_answer: Advice) -> None:
    body = any_answer.json()
    reference = body["reference"]["regimen"]
    (option,) = [option for option in body["options"] if option["regimen"] == reference]
    versus = option["versus_reference"]
    assert versus["p_better"] == 0.5
    assert [versus["difference"][part] for part in ("median", "low", "high")] == [0.0, 0.0, 0.0]
    assert {option["versus_reference"]["regimen"] for option in body["options"]} == {reference}
    assert body["reference"]["why"]


def test_the_named_standard_is_the_reference(lost: Advice, neoadjuvant: Advice, low: Advice) -> None:
    assert lost.json()["reference"]["regimen"] == "tdxd"
    assert neoadjuvant.json()["reference"]["regimen"] == "neoadjuvant_thp"
    assert low.json()["reference"]["regimen"] == "tdxd"


def test_every_option_has_evidence_and_doses(any_answer: Advice) -> None:
    body = any_answer.json()
    cited = {source["id"] for source in body["sources"]}
    for option in body["options"]:
        assert option["evidence"]
        assert {entry["source"] for entry in option["evidence"]} <= cited
        assert option["requires_met"]
        assert all(drug["dose"] and drug["class"] for drug in option["drugs"])
        assert option["readouts"]["pHER2"].keys() == {"before", "on_treatment", "unit"}


def test_her2_low_disease_gets_no_naked_antibody(low: Advice) -> None:
    for option in low.options:
        assert "antibody" not in {drug["class"] for drug in option["drugs"]}
    assert low.json()["her2_status"]["label"] == "HER2-low"


def test_metastatic_disease_has_response_and_progression_free_time(lost: Advice) -> None:
    for option in lost.options:
        assert [entry["name"] for entry in option["endpoints"]] == [
            "ORR", "CBR", "PFS_12m", "PFS_median", "rmst",
        ]  # fmt: skip
        for key, name in (
            ("response_rate", "ORR"),
            ("pfs_months", "PFS_median"),
            ("pfs_12m", "PFS_12m"),
            ("rmst_months", "rmst"),
        ):
            (entry,) = [entry for entry in option["endpoints"] if entry["name"] == name]
            assert option[key] == {k: v for k, v in entry.items() if k != "name"}
        pfs = option["pfs_months"]
        assert (pfs["median"] is None) is pfs["not_reached"]
        assert option["rmst_months"]["high"] <= 12.01


@pytest.mark.parametrize(("name", "leading"), [("neoadjuvant", "pCR"), ("adjuvant", "iDFS_24m")])
def test_elsewhere_response_and_progression_are_null(
    name: str, leading: str, request: pytest.FixtureRequest
) -> None:
    body = request.getfixturevalue(name).json()
    assert body["line"] is None
    for option in body["options"]:
        for key in ("response_rate", "pfs_months", "pfs_12m", "rmst_months"):
            assert option[key] is None
        assert option["endpoints"][0]["name"] == leading


def test_before_a_year_there_is_no_rate_at_a_year(low: Advice) -> None:
    assert low.json()["horizon_months"] == 6.0
    for option in low.options:
        assert option["pfs_12m"] is None
        assert "PFS_12m" not in {entry["name"] for entry in option["endpoints"]}
        assert option["rmst_months"]["high"] <= 6.02


def test_the_course_starts_at_baseline_and_ends_at_the_horizon(lost: Advice) -> None:
    starts = set()
    for option in lost.options:
        course = option["course"]
        assert course["time_days"][0] == 0.0
        assert course["time_days"][-1] == pytest.approx(365.0)
        assert len(course["time_days"]) == len(course["volume"]["median"])
        starts.add(course["volume"]["median"][0])
    assert len(starts) == 1


def test_mechanisms_say_how_they_are_known(lost: Advice) -> None:
    found = {item["id"]: item for item in lost.json()["mechanisms"]}
    assert found["pten_loss"]["present"] == "measured"
    assert found["pten_loss"]["fraction"] == 1.0
    assert {item["present"] for item in found.values()} <= {"measured", "sampled", "absent"}
    assert all(item["fraction"] == 0.0 for item in found.values() if item["present"] == "absent")
    assert next(iter(found)) == "pten_loss"


def test_the_first_options_are_explained_by_switching_mechanisms_off(lost: Advice) -> None:
    explained = [option for option in lost.options if option["resistance"]]
    assert [option["rank"] for option in explained] == [1, 2]
    for option in explained:
        (entry,) = option["resistance"]
        assert entry["mechanism"] == "pten_loss"
        assert entry["effect"].keys() == {"endpoint", "with", "without", "unit"}
        assert entry["rank_without"] >= 1
        assert entry["text"].startswith("without PTEN loss")
        assert option["reasons"][0] == entry["text"]
        assert option["reasons"][1].startswith("signal before treatment")
    assert "PTEN loss" in lost.why()


def test_readouts_show_what_the_drugs_do() -> None:
    options = {o["regimen"]: o["readouts"] for o in answer(regimens=["lapatinib_letrozole", "tdm1"]).options}
    blocked, conjugate = options["lapatinib_letrozole"], options["tdm1"]
    assert blocked["pHER2"]["on_treatment"] < 0.8 * blocked["pHER2"]["before"]
    assert blocked["payload"]["on_treatment"] == blocked["payload"]["before"] == 0.0
    assert conjugate["payload"]["on_treatment"] > 0.0
    assert {name: entry["before"] for name, entry in blocked.items()} == {
        name: entry["before"] for name, entry in conjugate.items()
    }


def test_the_heart_is_watched(lost: Advice) -> None:
    found = [option["cautions"] for option in lost.options if option["regimen"] == "tdm1"]
    assert found[0][0].startswith("LVEF is 45 %")


def test_a_test_that_was_not_done_is_listed(lost: Advice) -> None:
    found = {entry["marker"].split()[0]: entry for entry in lost.json()["not_tested"]}
    assert "p95HER2" in found
    assert "PTEN" not in found
    assert all(entry["why"] for entry in found.values())


def test_p95_is_named_where_it_was_not_measured() -> None:
    found = answer(twins=60, regimens=["trastuzumab", "tdxd"]).json()["not_tested"]
    assert any("p95HER2" in entry["marker"] + entry["why"] for entry in found)
    sizes = [entry["importance"] for entry in found]
    assert sizes == sorted(sizes, reverse=True)
    tested = answer(
        twins=20, regimens=["trastuzumab"], blocks={"her2": {"ihc": "3+", "p95_ratio": 0.01}}
    ).json()["not_tested"]
    assert not [entry for entry in tested if entry["marker"].startswith("p95")]


def test_shares_of_the_spread_sum_to_one(any_answer: Advice) -> None:
    spread = any_answer.json()["spread"]
    shares = [spread[key] for key in ("parameters", "markers", "chance")]
    assert all(share >= 0.0 for share in shares)
    assert sum(shares) == pytest.approx(1.0) or sum(shares) == 0.0

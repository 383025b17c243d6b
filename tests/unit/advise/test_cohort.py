"""A folder of profiles: every good one answered, every bad one listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from erbium.advise import CohortResult, advise, cohort
from erbium.core.errors import DataError
from erbium.core.result import Result
from erbium.profile import to_toml
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler

TRIPLE_NEGATIVE = {
    "her2": {"ihc": "0"},
    "receptors": {"er_percent": 0, "pr_percent": 0},
    "preferences": {"not_available": ["capecitabine"]},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("cohort")
    for name, blocks in {
        "a": {},
        "b": {"protein": {"pten": "lost"}, "disease": {"setting": "metastatic", "line": 2}},
        "c": TRIPLE_NEGATIVE,
    }.items():
        (found / f"{name}.toml").write_text(
            to_toml(patient(meta={"id": f"case-{name}"}, **blocks)), encoding="utf-8"
        )
    (found / "d.toml").write_text('schema = "erbium.profile/1"\n[meta]\nid = "x"\n[her2]\nihc = "9+"\n')
    return found


@pytest.fixture(scope="module")
def result(folder: Path) -> CohortResult:
    return cohort(folder, seed=2, twins=4, regimens=["tdm1"])


def test_it_is_a_result(result: CohortResult) -> None:
    assert isinstance(result, Result)
    json.dumps(result.json(), allow_nan=False)
    assert "samples: 4" in result.why()


def test_the_good_are_answered(result: CohortResult) -> None:
    frame = result.table().set_index("sample")
    assert {"a", "b"} <= set(frame.index)
    assert frame.loc["b", "mechanisms"] == "pten_loss"
    assert frame.loc["b", "reference"] == "tdxd"
    assert frame.loc["a", "option_1"] in {"tdm1", "thp_docetaxel"}


def test_the_bad_are_listed_and_no_option_is_an_answer(folder: Path) -> None:
    found = cohort(folder, twins=4)
    assert [item["sample"] for item in found.failures] == ["d"]
    row = found.table().set_index("sample").loc["c"]
    assert row["options"] == 0
    assert "no regimen is allowed" in row["outside_support"]
    counts = {"samples": 4, "answered": 2, "without_option": 1, "failed": 1}
    assert counts.items() <= found.summary.items()


def test_a_sample_is_answered_as_if_it_were_alone(folder: Path, result: CohortResult) -> None:
    alone = advise(patient(meta={"id": "case-a"}), seed=2, twins=4, regimens=["tdm1"], explain=0)
    row = result.table().set_index("sample").loc["a"]
    first = alone.options[0]
    assert row["option_1"] == first["regimen"]
    assert row["option_1_response"] == pytest.approx(first["response_rate"]["median"])
    assert row["option_1_p_better"] == first["versus_reference"]["p_better"]


def test_a_limit_and_progress(folder: Path) -> None:
    seen: list[str] = []
    found = cohort(
        folder, twins=4, regimens=["tdm1"], limit=1, progress=lambda share, name: seen.append(name)
    )
    assert found.summary["samples"] == 1
    assert seen == ["a"]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        cohort(tmp_path / "nowhere")

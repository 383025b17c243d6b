"""Small claims, run: reproduced, wrong, vacuous, contested, and what is not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.claims import Report, check_claims
from erbium.claims.audit import audit_claims
from erbium.claims.bench import Bench
from erbium.claims.held_out import is_held_out, record_first_run, recorded, sample_of
from erbium.core.errors import DataError, DataErrors, UnknownName
from erbium.report.claims import claims_html, claims_markdown
from tests.claim_texts import ALL, HEAD, PTEN, RESISTANCE, VACUOUS, claims_from, specificity_from

pytestmark = pytest.mark.needs_compiler


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """All toy claims and the toy specificity check, run with few members."""
    folder = tmp_path_factory.mktemp("claims")
    return check_claims(claims=claims_from(folder), specificity=specificity_from(folder), members=8)


def test_the_status_of_each(report: Report) -> None:
    assert {item.id: item.status for item in report.claims} == {
        "S1-001": "reproduced",
        "S1-002": "not_reproduced",
        "S1-003": "vacuous",
        "S1-004": "reproduced",
        "S1-005": "reproduced",
        "S1-006": "contested",
        "S1-007": "not_executable",
        "S1-008": "duplicate",
        "S1-009": "awaiting_calibration",
    }
    assert report.totals == {
        "executable": 5,
        "reproduced": 3,
        "not_reproduced": 1,
        "contested": 1,
        "not_executable": 1,
        "vacuous": 1,
        "awaiting_calibration": 1,
        "duplicate": 1,
    }
    assert report.held == {"held": 1, "of": 1}
    assert report.by_system["toy"] == report.totals


def test_the_json_is_that_of_the_contract(report: Report) -> None:
    body = report.json()
    assert body["schema"] == "erbium.claims/1"
    first = body["claims"][0]
    assert first["id"] == "S1-001"
    assert first["low"] < first["effect"] < first["high"]
    assert first["hops"] >= 2
    assert first["reason"] is None
    contested = next(item for item in body["claims"] if item["status"] == "contested")
    assert [(item["label"], item["holds"]) for item in contested["alternatives"]] == [
        ("rises", True),
        ("falls", False),
    ]
    wrong = next(item for item in body["claims"] if item["status"] == "not_reproduced")
    assert "the other way" in wrong["reason"]
    assert sum(body["by_kind"][kind]["executable"] for kind in body["by_kind"]) == 5


def test_the_explanation_in_the_file_is_given(tmp_path: Path) -> None:
    text = HEAD + PTEN.replace('"up"', '"down"\nfloor = 0.2').replace(
        "general = true", 'not_reproduced = "the feedback is too weak"'
    )
    found = check_claims(claims=claims_from(tmp_path, text), specificity={}, members=2)
    assert found.claims[0].reason.startswith("the feedback is too weak [")


def test_what_was_measured_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(members=2)
    claims = claims_from(tmp_path, HEAD + PTEN)
    check_claims(claims=claims, specificity={}, bench=bench)
    monkeypatch.setattr("erbium.claims.bench.Batch.read", None)
    assert check_claims(claims=claims, specificity={}, bench=bench).totals["reproduced"] == 1


def test_an_unknown_choice_names_the_nearest(tmp_path: Path) -> None:
    claims = claims_from(tmp_path)
    with pytest.raises(UnknownName, match="toy"):
        check_claims(system="toi", claims=claims, specificity={})
    with pytest.raises(UnknownName, match="S1-00"):
        check_claims(ids=["S1-101"], claims=claims, specificity={})


def test_a_name_that_leads_nowhere_stops_before_anything_is_run(tmp_path: Path) -> None:
    claims = claims_from(tmp_path, (HEAD + PTEN).replace("pAKT_S473", "pAKT_S47"))
    with pytest.raises(DataErrors, match="pAKT_S473"):
        check_claims(claims=claims, specificity={})


@pytest.mark.parametrize(
    ("arm", "words"),
    [
        (
            '{ drugs = { lapatinib = "1 nM", neratinib = "1 nM", tucatinib = "1 nM" } }',
            "they take the same place",
        ),
        ('{ case = "her2_positive_wild_type", profile = { "her2.ihc" = "9+" } }', "her2.ihc"),
    ],
)
def test_an_arm_that_cannot_be_made_stops_before_anything_is_run(
    tmp_path: Path, arm: str, words: str
) -> None:
    claims = claims_from(tmp_path, (HEAD + PTEN).replace("normal = {}", f"normal = {arm}"))
    with pytest.raises(DataErrors, match=words) as caught:
        check_claims(claims=claims, specificity={})
    assert "S1-001.arms.normal" in str(caught.value)


def test_the_audit_asks_whether_a_claim_could_fail(tmp_path: Path) -> None:
    audit = audit_claims(claims=claims_from(tmp_path, HEAD + PTEN + VACUOUS + RESISTANCE), members=8)
    found = {item.judged.id: item for item in audit.audited}
    assert set(found) == {"S1-001", "S1-003", "S1-004"}
    assert all(item.opposite_fails for item in found.values())
    assert found["S1-001"].cut_fails
    assert found["S1-003"].cut_fails is False
    assert not found["S1-003"].passes
    assert found["S1-001"].of == 6
    assert found["S1-001"].of_lines == 2
    assert found["S1-004"].of_lines == 0
    rates = audit.rates
    assert rates.of == 3 - 1
    assert rates.model == 1.0
    assert rates.all_up == 1.0
    assert rates.all_down == 0.0
    body = audit.json()
    assert body["schema"] == "erbium.claims_audit/1"
    assert body["summary"]["audited"] == 3


def test_the_first_run_is_recorded_once(tmp_path: Path, report: Report) -> None:
    file = tmp_path / "first_run.toml"
    assert recorded(file) is None
    record_first_run(report, file)
    first = recorded(file)
    assert first is not None
    assert set(first["status"]) == {item.id for item in report.claims if is_held_out(item.id)}
    with pytest.raises(DataError, match="recorded already"):
        record_first_run(report, file)


def test_one_id_in_five_is_held_out() -> None:
    ids = [f"S{k}-{n:03d}" for k in (1, 2) for n in range(1, 401)]
    assert 0.15 < sum(map(is_held_out, ids)) / len(ids) < 0.25
    sample = sample_of(dict.fromkeys(ids), 40)
    assert len(sample) == 40
    assert list(sample) == [name for name in ids if name in sample]


def test_the_page_and_the_document_show_every_claim(report: Report) -> None:
    body = report.json()
    page, text = claims_html(body), claims_markdown(body)
    for item in body["claims"]:
        assert item["id"] in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "not reproduced" in page
    for words in ("## Not reproduced", "## Contested", "## Vacuous", "S1-002", "the other way", "rises"):
        assert words in text
    assert ALL.count("[[claims]]") == len(body["claims"])


def test_texts_of_claims_are_escaped(report: Report) -> None:
    body = report.json()
    body["claims"][0]["statement"] = "a <b>bold</b> | statement"
    body["claims"][0]["status"] = "not_reproduced"
    assert "<b>bold" not in claims_html(body)
    assert "\\|" in claims_markdown(body)

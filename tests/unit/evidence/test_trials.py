"""Arms of trials against each other: what a comparison speaks for; an open one for nothing."""

from __future__ import annotations

import pytest

from erbium.advise.evidence import evidence_for
from erbium.core.proportions import newcombe
from erbium.evidence import level_of, load_evidence
from erbium.evidence.match import Weighing, related
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.evidence import EvidenceItem
from erbium.knowledge.schema.regimen import Setting
from tests.evidence_items import base_of, item, patient

KNOWLEDGE = load_knowledge()
BASE = load_evidence(KNOWLEDGE)
THP = "neoadjuvant_thp"


def items(trial: str, kind: str) -> list[EvidenceItem]:
    """Return the items of a trial of one kind, such as ratio or rates."""
    start = f"trial:{trial}:{kind}-"
    return [one for name, one in BASE.items.items() if name.startswith(start)]


def weighed(regimen: str, setting: Setting) -> Weighing:
    """Return what speaks for and against a regimen in a patient of whom HER2 and receptors are known."""
    told = patient(disease={"setting": setting}, receptors={"er_percent": 90, "pr_percent": 40})
    return evidence_for(told, resolve_regimen(regimen, KNOWLEDGE.regimens, KNOWLEDGE.drugs), KNOWLEDGE)


def of_trial(side: tuple[object, ...], trial: str) -> set[str]:
    return {one.item.id for one in side if one.item.id.startswith(f"trial:{trial}:")}  # type: ignore[attr-defined]


def test_neosphere_speaks_for_the_regimen_it_favours() -> None:
    found = weighed(THP, "neoadjuvant")
    assert not of_trial(found.against, "neosphere")
    named = of_trial(found.in_favour, "neosphere")
    primary = next(one for one in items("neosphere", "rates") if one.id in named)
    assert (primary.endpoint, primary.comparator, primary.direction) == ("pCR", "TH", "supports")
    assert primary.measure
    assert (primary.measure.value, primary.measure.against) == (45.8, 29.0)
    assert "16.8 points (3.8 to 29.0;" in (primary.note or "")
    # TP against THP, 2.05 (1.07 to 3.93), favours THP; the two open intervals favour nothing.
    ratios = items("neosphere", "ratio")
    assert [one.direction for one in ratios] == ["neutral", "neutral", "supports"]
    assert set(ratios[2].drugs) == {"docetaxel", "trastuzumab", "pertuzumab"}
    assert ratios[2].id in named
    # Docetaxel beside trastuzumab against pertuzumab beside trastuzumab: both are in THP.
    (chemotherapy,) = [one.id for one in items("neosphere", "rates") if one.comparator == "HP"][:1]
    assert chemotherapy not in named
    assert found.conflict == 0.0


@pytest.mark.parametrize(
    ("trial", "regimen", "setting"),
    [
        ("sysucc_002", "trastuzumab + letrozole", "metastatic"),
        ("cher_lob", "paclitaxel + doxorubicin + trastuzumab + lapatinib", "neoadjuvant"),
        ("kate2", "trastuzumab_emtansine + atezolizumab", "metastatic"),
    ],
)
def test_an_interval_with_1_counts_for_nothing(trial: str, regimen: str, setting: Setting) -> None:
    found = weighed(regimen, setting)
    ratios = items(trial, "ratio")
    assert ratios
    assert {one.direction for one in ratios} == {"neutral"}
    assert all("no difference" in one.claim for one in ratios)
    assert not of_trial(found.against, trial)
    assert not {one.id for one in ratios} & of_trial(found.in_favour, trial)


def test_the_rates_of_cher_lob_speak_for_both_drugs_together() -> None:
    both, alone = items("cher_lob", "rates")
    assert (both.direction, both.n, level_of(both)) == ("supports", 82, "C")
    assert alone.direction == "neutral"


def test_every_clear_ratio_is_of_the_better_arm_and_nothing_disputes() -> None:
    ratios = [one for name, one in BASE.items.items() if ":ratio-" in name]
    assert len(ratios) > 70
    for one in ratios:
        assert one.measure
        includes = one.measure.low is None or one.measure.high is None
        includes = includes or (one.measure.low or 0.0) <= 1.0 <= (one.measure.high or 9.0)
        assert one.direction == "neutral" if includes else one.direction != "disputes"
    assert {one.direction for one in items("kristine", "ratio")} == {"supports", "neutral"}
    assert "docetaxel" in items("kristine", "ratio")[0].drugs, "worse than an active arm is not resistance"


def test_the_verdict_of_the_report_stands_over_a_curve_that_was_drawn_again() -> None:
    # 0.835 (0.706 to 0.987) recomputed; the trial itself reported no difference.
    assert items("altto", "ratio")[0].direction == "neutral"


def test_her2climb_is_there() -> None:
    found = weighed("tucatinib_trastuzumab_capecitabine", "metastatic")
    assert of_trial(found.in_favour, "her2climb")


def test_a_comparison_is_of_the_drugs_in_which_the_arms_differ() -> None:
    added = item("added", drugs=["trastuzumab", "pertuzumab"], interaction="combination",
                 comparator="T", comparator_drugs=["trastuzumab"])  # fmt: skip
    other = item("other", drugs=["trastuzumab_emtansine"], comparator="T", comparator_drugs=["trastuzumab"])
    nothing = item("nothing", comparator="TP", comparator_drugs=["trastuzumab", "pertuzumab"])
    base = base_of(added, other, nothing)
    assert related(added, ["trastuzumab", "pertuzumab"], base) == "regimen"
    assert related(added, ["trastuzumab"], base) is None
    assert related(other, ["trastuzumab_emtansine", "pertuzumab"], base) == "drug"
    assert related(other, ["trastuzumab_emtansine", "trastuzumab"], base) is None
    assert related(nothing, ["trastuzumab"], base) is None


def test_what_was_read_at_second_hand_counts_one_less() -> None:
    trials = [one for one in BASE.items.values() if one.origin == "trial"]
    read = {"verified": {"abstract"}, "secondary": {"report"}, "unverified": {"unverified"}}
    for status, places in read.items():
        assert {one.verification for one in trials if one.status == status} == places
    derived = {one.id.split(":")[1]: one.verification for one in trials if one.status == "derived"}
    assert derived["h0648g"] == "abstract", "derived from a figure of an abstract that was read"
    assert derived["noah"] == "report", "recomputed from a curve that was drawn again"


def test_newcombes_interval_is_that_of_the_paper() -> None:
    # Newcombe 1998, table II: 56/70 against 48/80 gives 0.0524 to 0.3339.
    assert newcombe(56 / 70, 70, 48 / 80, 80, 1.959964) == pytest.approx((0.0524, 0.3339), abs=5e-5)

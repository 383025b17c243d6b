"""Trial files against the table of published outcomes: every row once, in the arm it belongs to."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import lifelines
import pandas as pd
import pytest

from erbium.knowledge.base import load_knowledge
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.trial import Trial, TrialArm
from erbium.knowledge.trials import load_trials, read_trial, treatment_of
from tests.trial_table import BESIDE, RECOMPUTED, Row, Stored, labels, matches, read_table, stored

TRIALS = load_trials()
KNOWLEDGE = load_knowledge()
#: A drug of a file by its words in the table.
WORDS = {
    "trastuzumab": "trastuzumab", "pertuzumab": "pertuzumab", "margetuximab": "margetuximab",
    "T-DM1": "trastuzumab_emtansine", "T-DXd": "trastuzumab_deruxtecan", "lapatinib": "lapatinib",
    "neratinib": "neratinib", "tucatinib": "tucatinib", "pyrotinib": "pyrotinib", "KN026": "kn026",
    "zanidatamab": "zanidatamab", "docetaxel": "docetaxel", "paclitaxel": "paclitaxel", "FEC": "doxorubicin",
    "EC": "doxorubicin", "AC": "doxorubicin", "capecitabine": "capecitabine", "vinorelbine": "vinorelbine",
    "carboplatin": "carboplatin", "letrozole": "letrozole", "anastrozole": "anastrozole",
    "fulvestrant": "fulvestrant", "palbociclib": "palbociclib", "ribociclib": "ribociclib",
    "abemaciclib": "abemaciclib", "alpelisib": "alpelisib", "tanespimycin": "tanespimycin",
    "pembrolizumab": "pembrolizumab", "durvalumab": "durvalumab", "atezolizumab": "atezolizumab",
    "trastuzumab duocarmazine": "trastuzumab_duocarmazine", "disitamab vedotin": "disitamab_vedotin",
    "afatinib": "afatinib", "everolimus": "everolimus",
}  # fmt: skip
DIRECTED = ("antibody", "adc", "tki", "bispecific")
#: Arms in which one of several choices is simulated, or one of two strata.
CHOICE = {
    ("th3resa", "physician's choice"), ("destiny_breast02", "physician's choice"),
    ("h0648g", "chemotherapy"), ("h0648g", "chemotherapy + trastuzumab"),
    ("destiny_breast04", "physician's choice"), ("tulip", "physician's choice"),
}  # fmt: skip

#: Rows that were read beside the table: H0648g by kind of chemotherapy from the label, PANACEA as a whole.
BEYOND = {"h0648g": 12, "panacea": 1}


def named_in(label: str) -> set[str]:
    """Return the drugs that a label of the table names."""
    text = label.split(" vs ", maxsplit=1)[0].replace("HP", "trastuzumab+pertuzumab")
    found = set()
    for word in sorted(WORDS, key=len, reverse=True):  # a conjugate before its antibody
        text, times = re.subn(rf"(?<![\w-]){re.escape(word)}(?![\w])", "", text)
        found |= {WORDS[word]} if times else set()
    return found


def arms() -> Iterator[tuple[Trial, TrialArm]]:
    """Yield each arm with its trial."""
    for trial in TRIALS.values():
        for arm in trial.arm:
            yield trial, arm


@pytest.fixture(scope="session")
def rows(shared_facts: Path) -> list[Row]:
    """The table of published outcomes."""
    return read_table(shared_facts)


def test_there_are_enough() -> None:
    settings = Counter(trial.setting for trial in TRIALS.values())
    assert settings["metastatic"] >= 40
    assert settings["neoadjuvant"] >= 11
    assert settings["adjuvant"] + settings["residual"] >= 7


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_what_a_file_refers_to_exists(name: str) -> None:
    read_trial(data_folder() / "trials" / f"{name}.toml", KNOWLEDGE)


@pytest.mark.parametrize(("trial", "arm"), list(arms()), ids=lambda item: getattr(item, "name", str(item)))
def test_an_arm_gives_what_its_label_names(trial: Trial, arm: TrialArm) -> None:
    given = set(treatment_of(arm, arm.name, KNOWLEDGE).drug_ids)
    wide = [named_in(label) for label in labels(trial, arm.name)]
    if (trial.id, arm.name) not in CHOICE:
        for named in wide:
            assert named <= given
    directed = {drug for drug in given if KNOWLEDGE.drugs[drug].drug_class in DIRECTED}
    if (trial.id, arm.name) != ("th3resa", "physician's choice"):
        assert directed <= set.union(*wide)


def test_every_row_stands_in_a_file_once(rows: list[Row]) -> None:
    held = {label for trial in TRIALS.values() for label in trial.names}
    left: list[tuple[Trial, Stored]] = [
        (trial, entry) for trial in TRIALS.values() for entry in stored(trial) if held & set(trial.names)
    ]
    missing: list[tuple[str, ...]] = []
    for row in rows:
        if row["trial"] not in held:
            continue
        for half in halves(row):
            place = next(
                (
                    index
                    for index, (trial, entry) in enumerate(left)
                    if row["trial"] in trial.names and matches(row, half, entry, trial)
                ),
                None,
            )
            if place is None:
                missing.append(
                    (row["trial"], row["arm_regimen"], row["endpoint"], row["biomarker_subgroup"], half)
                )
            else:
                left.pop(place)
    assert missing == []
    table = {row["trial"] for row in rows}
    extra = [
        (trial.id, entry)
        for trial, entry in left
        if set(trial.names) & table and not entry.source.startswith((RECOMPUTED, *BESIDE))
    ]
    assert Counter(trial for trial, _ in extra) == BEYOND


def halves(row: Row) -> list[str]:
    """Return which halves of a row say something; the figure where neither does."""
    said = {"figure": row["value"], "ratio": row["comparator_hr"]}
    return [half for half, text in said.items() if text.strip()] or ["figure"]


def test_a_label_of_the_table_has_a_file_or_a_reason(rows: list[Row], root: Path) -> None:
    page = (root / "docs" / "trials-left-out.md").read_text(encoding="utf-8")
    held = {label for trial in TRIALS.values() for label in trial.names}
    left_out = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    assert {row["trial"] for row in rows} - held <= left_out
    assert not held & left_out


def test_a_number_of_the_registry_is_that_of_the_table(rows: list[Row]) -> None:
    said = {row["trial"]: row["nct"].split(";")[0] for row in rows if row["nct"]}
    for trial in TRIALS.values():
        known = {said[label] for label in trial.names if label in said}
        assert not known or {trial.nct} == known, trial.id


def test_no_pcr_without_its_definition() -> None:
    for trial in TRIALS.values():
        assert all(one.definition for one in trial.published if one.endpoint == "pCR"), trial.id


def test_null_and_negative_comparisons_are_marked() -> None:
    expected = {
        (trial.id, item.arm): item.expected
        for trial in TRIALS.values()
        for item in trial.comparison
        if item.endpoint != "iDFS"
    }
    assert expected["kate2", "atezolizumab"] == "none"
    assert expected["monarcher", "abemaciclib + trastuzumab"] == "none"
    assert expected["kristine", "T-DM1 + pertuzumab"] == "inferior"
    assert expected["hera", "two years"] == "none"
    assert expected["sysucc_002", "endocrine"] == "none"
    assert expected["epik_b2", "alpelisib"] is None


def test_what_was_reported_agrees_with_what_is_expected() -> None:
    for trial in TRIALS.values():
        for item in trial.comparison:
            whole = [
                one
                for one in trial.published_ratio
                if (one.arm, one.versus) == (item.arm, item.versus)
                and one.endpoint in ("PFS", "TTP", "iDFS", "DFS", "EFS")
                and one.subgroup is None
            ]
            for one in whole:
                if item.expected == "superior":
                    assert one.hazard_ratio < 1.0, trial.id
                if item.expected == "inferior" and item.endpoint in (None, one.endpoint):
                    assert one.hazard_ratio > 1.0, trial.id
                if item.expected == "none" and one.low is not None and one.high is not None:
                    missed = item.note is not None or trial.design.primary == "pCR"
                    assert missed or one.low <= 1.0 <= one.high, trial.id


def has_recomputed(trial: Trial) -> bool:
    """Return whether figures of a trial come from reconstructed curves."""
    return any(entry.source.startswith(RECOMPUTED) for entry in stored(trial))


@pytest.mark.parametrize("name", sorted(name for name, trial in TRIALS.items() if has_recomputed(trial)))
def test_recomputed_figures_can_be_recomputed(name: str, shared_data: Path) -> None:
    trial = TRIALS[name]
    groups = {arm.name: int(arm.share) for arm in trial.arm}
    for one in trial.published_ratio:
        if not one.source.startswith(RECOMPUTED):
            continue
        curve = read_curve(one.source, shared_data)
        sizes = curve.groupby("arm").size().to_dict()
        tested = next(arm for arm, size in sizes.items() if size == groups[one.arm])
        assert sorted(sizes.values()) == sorted((groups[one.arm], groups[one.versus]))
        table = curve.assign(tested=(curve["arm"] == tested).astype(float))[["time", "event", "tested"]]
        fit = lifelines.CoxPHFitter().fit(table, "time", "event")
        assert math.exp(fit.params_["tested"]) == pytest.approx(one.hazard_ratio, rel=1e-3)
    for figure in trial.published:
        if not figure.source.startswith(RECOMPUTED):
            continue
        curve = read_curve(figure.source, shared_data)
        sizes = curve.groupby("arm").size().to_dict()
        own = curve[curve["arm"] == next(arm for arm, size in sizes.items() if size == groups[figure.arm])]
        fit = lifelines.KaplanMeierFitter().fit(own["time"], own["event"])
        assert fit.median_survival_time_ == pytest.approx(figure.value, rel=1e-3)


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_follow_up_read_off_a_curve_is_that_of_the_curve(name: str, shared_data: Path) -> None:
    follow_up = TRIALS[name].design.follow_up
    if follow_up.kind != "derived":
        return
    curve = read_curve(follow_up.note or "", shared_data)
    seen = lifelines.KaplanMeierFitter().fit(curve["time"], 1 - curve["event"]).median_survival_time_
    assert seen == pytest.approx(follow_up.value, rel=0.01)


def read_curve(source: str, shared: Path) -> pd.DataFrame:
    """Return the reconstructed patients that a source names."""
    found = re.search(r"(\w+\.csv)", source)
    assert found is not None
    return pd.read_csv(shared / "trials_km" / found[1])

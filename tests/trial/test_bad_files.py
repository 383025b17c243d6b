"""What a wrong trial file is told: file, key, what was expected, the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataError, ErbiumError, UnknownName
from erbium.knowledge.trials import trial_file
from erbium.trial import Study
from erbium.trial.plan import Plan
from tests.trial_files import ADJUVANT, NEOADJUVANT, write

ELIGIBLE = "eligibility = []"
WRONG = {
    "an unknown regimen": (('"tdm1"', '"tdm"'), "arm[0].regimen", 'Did you mean "TDM1"?'),
    "an unknown drug": (
        ('regimen = "tdm1"', 'drugs = [{ drug = "trastuzumap", dose = "6 mg/kg", every = "3 weeks" }]'),
        "arm[0].drugs[0].drug",
        'Did you mean "trastuzumab"?',
    ),
    "drugs that take one place": (('"tdm1"', '"tdm1 + tdxd"'), "arm[0]", "cannot be simulated together"),
    "an arm without patients": (("share = 2", "share = 0"), "arm[1].share", 'arm "T-DXd" has no patients'),
    "no arms": (("[[arm]]", "[[arms]]"), "arms", 'Did you mean "arm"?'),
    "two arms of a name": (
        ('name = "T-DXd"', 'name = "T-DM1"'),
        "arm[1].name",
        'two arms are called "T-DM1"',
    ),
    "an arm treated in two ways": (
        (
            'regimen = "tdm1"',
            'regimen = "tdm1"\ndrugs = [{ drug = "tucatinib", dose = "300 mg", every = "12 h" }]',
        ),
        "arm[0]",
        "not said in one way",
    ),
    "a comparison of an unknown arm": (
        ('versus = "T-DM1"', 'versus = "TDM1"'),
        "comparison[0].versus",
        'Did you mean "T-DM1"?',
    ),
    "an arm against itself": (
        ('versus = "T-DM1"', 'versus = "T-DXd"'),
        "comparison[0].versus",
        "against itself",
    ),
    "crossover to an unknown arm": (
        ("share = 1", 'share = 1\ncrossover_to = "TDXd"'),
        "arm[0].crossover_to",
        'Did you mean "T-DXd"?',
    ),
    "crossover to the same arm": (
        ("share = 1", 'share = 1\ncrossover_to = "T-DM1"'),
        "arm[0].crossover_to",
        "crosses over to itself",
    ),
    "an earlier line that nobody knows": (
        (ELIGIBLE, ELIGIBLE + '\nbefore = ["tdm11"]'),
        "population.before[0]",
        'Did you mean "TDM1"?',
    ),
    "more earlier lines than the line allows": (
        (ELIGIBLE, ELIGIBLE + '\nbefore = ["tdm1", "tdxd"]'),
        "population.before",
        "2 earlier lines are told, line 2 is to be given",
    ),
    "visits that never come": (
        ('visits = "6 weeks"', 'visits = "9 months"'),
        "design.visits",
        "nobody is ever seen",
    ),
    "no visits": (('visits = "6 weeks"\n', ""), "design.visits", "missing"),
    "a time without a unit": (
        ('follow_up = "6 months"', "follow_up = 6"),
        "design.follow_up",
        "6 has no unit",
    ),
    "a time in kg": (('follow_up = "6 months"', 'follow_up = "6 kg"'), "design.follow_up", "is not a time"),
    "an endpoint of another setting": (
        ('primary = "PFS"', 'primary = "pCR"'),
        "design.primary",
        "one of PFS, ORR, CBR",
    ),
    "an unknown attribute": (('["er"]', '["era"]'), "design.stratify_by[0]", 'no attribute "era"'),
    "a state that no gene has": (
        ('["er"]', '["PIK3CA_mutatet"]'),
        "design.stratify_by[0]",
        'no attribute "PIK3CA_mutatet"',
    ),
    "a gene that patients do not have": (
        ('["er"]', '["XYZ1_mutated"]'),
        "design.stratify_by[0]",
        'no attribute "XYZ1_mutated"',
    ),
    "a stratum for every value": (('["er"]', '["her2_copies"]'), "design.stratify_by[0]", "has no groups"),
    "an unknown mechanism": (
        (ELIGIBLE, 'eligibility = [{ attribute = "mechanism.p59her2", equals = true }]'),
        "population.eligibility[0].attribute",
        'Did you mean "p95her2"?',
    ),
    "a criterion without a condition": (
        (ELIGIBLE, 'eligibility = [{ attribute = "er" }]'),
        "population.eligibility[0]",
        "equals, or among, or bounds",
    ),
    "a criterion of another kind": (
        (ELIGIBLE, 'eligibility = [{ attribute = "er", equals = "positive" }]'),
        "population.eligibility[0].equals",
        "true or false",
    ),
    "an unknown population": (
        ('"her2_positive_metastatic"', '"her2_positiv_metastatic"'),
        "population.spec",
        'Did you mean "her2_positive_metastatic"?',
    ),
    "a population of another setting": (
        ('"her2_positive_metastatic"', '"her2_positive_early"'),
        "population.spec",
        "the trial metastatic",
    ),
    "an unknown key": (
        ("patients = 24", "patients = 24\nfollowup = 3"),
        "design.followup",
        'Did you mean "follow_up"?',
    ),
    "another schema": (("erbium.trial/1", "erbium.trial/2"), "schema", 'schema = "erbium.trial/1"'),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_message_names_file_key_and_what_was_expected(tmp_path: Path, name: str) -> None:
    change, key, words = WRONG[name]
    file = write(tmp_path, change)
    with pytest.raises(ErbiumError) as found:
        Study.read(file)
    assert words in str(found.value)
    assert f"{file}, {key}:" in str(found.value)
    assert found.value.exit_code == 2


def test_the_unchanged_file_is_right(tmp_path: Path) -> None:
    for changes in ((), NEOADJUVANT, ADJUVANT):
        assert Study.read(write(tmp_path, *changes)).trial.arm_names == ("T-DM1", "T-DXd")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as found:
        Study.read(write(tmp_path, ('"tdm1"', '"tdm"'), ('["er"]', '["era"]')))
    assert len(str(found.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("block", "key", "words"),
    [
        (
            'arm = "T-DM"\nendpoint = "ORR"\nvalue = 30\nunit = "percent"',
            "published[0].arm",
            'Did you mean "T-DM1"?',
        ),
        (
            'arm = "T-DM1"\nendpoint = "ORRR"\nvalue = 30\nunit = "percent"',
            "published[0]",
            'no endpoint "ORRR"',
        ),
        ('arm = "T-DM1"\nendpoint = "ORR"\nvalue = 30\nunit = "months"', "published[0].unit", '"percent"'),
        (
            'arm = "T-DM1"\nendpoint = "PFS_6m"\nvalue = 130\nunit = "percent"',
            "published[0].value",
            "at most 100",
        ),
        (
            'arm = "T-DM1"\nendpoint = "ORR"\nvalue = 30\nlow = 31\nunit = "percent"',
            "published[0].low",
            "lies above",
        ),
    ],
)
def test_published_figures_are_checked(tmp_path: Path, block: str, key: str, words: str) -> None:
    rest = 'source = "nowhere"\nstatus = "unverified"\n'
    file = write(tmp_path, ("[[comparison]]", f"[[published]]\n{block}\n{rest}[[comparison]]"))
    with pytest.raises(DataError) as found:
        Study.read(file)
    assert words in str(found.value)
    assert key in str(found.value)


def test_a_trial_is_found_by_acronym_and_the_nearest_is_named() -> None:
    assert trial_file("CLEOPATRA") == trial_file("cleopatra")
    with pytest.raises(UnknownName) as found:
        trial_file("cleopatre")
    assert found.value.nearest in {"cleopatra", "CLEOPATRA"}


def test_a_missing_file_is_named() -> None:
    with pytest.raises(DataError, match=r"nowhere\.toml does not exist"):
        trial_file("nowhere.toml")


def test_too_few_patients_name_the_arm_and_how_many_are_needed(tmp_path: Path) -> None:
    trial = Study.read(write(tmp_path)).trial
    with pytest.raises(DataError, match=r'arm "T-DM1" is left without patients.*at least 2'):
        Plan(trial, 1, 1, 250)
    assert Plan(trial, 2, 1, 250).blocks()


def test_a_fraction_among_per_cent_is_said(tmp_path: Path) -> None:
    from erbium.trial.check import TrialsAreWhole

    row = (
        '\n[[published]]\narm = "T-DXd"\nendpoint = "ORR"\nvalue = 0.79\nunit = "percent"\n'
        'source = "made up"\nstatus = "unverified"\n'
    )
    file = write(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + row, encoding="utf-8")
    (found,) = [item for item in TrialsAreWhole(tmp_path).issues() if item.severity == "warning"]
    assert found.key == "published[0].value"
    assert "probably a fraction: 79 may be meant" in found.message

"""What may be asked of `advise`, that it can be repeated, and what it says to a wrong question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from erbium.advise.advise import split_twins
from erbium.core.errors import DataError, NotEnoughEvidence, UnitError, UnknownName
from erbium.report import json_text
from tests.answers import answer

pytestmark = pytest.mark.needs_compiler


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    texts = [json_text(answer(seed=seed, regimens=["tdm1"]).json()) for seed in (5, 5, 6)]
    assert texts[0] == texts[1]
    first, other = (json.loads(text) for text in texts[1:])
    assert first["options"][0]["course"] != other["options"][0]["course"]


def test_names_and_threads_of_a_process_do_not_change_the_bytes() -> None:
    code = (
        "import hashlib; from erbium.advise import advise; from erbium.report import json_text;"
        "from tests.patients import patient;"
        "found = advise(patient(protein={'pten': 'lost'}), twins=4, horizon='3 months', explain=1);"
        "print(hashlib.sha256(json_text(found.json()).encode()).hexdigest())"
    )
    digests = set()
    for hashes, threads in (("1", "1"), ("2", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": hashes, "OMP_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=True,
            env=environment,
            cwd=Path(__file__).parents[3],
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_other_options_do_not_change_the_numbers_of_one() -> None:
    few = {o["regimen"]: o for o in answer(regimens=["tdm1"]).options}
    more = {o["regimen"]: o for o in answer(regimens=["tdm1", "trastuzumab", "lapatinib_letrozole"]).options}
    for key in ("endpoints", "course", "readouts"):
        assert few["tdm1"][key] == more["tdm1"][key]


def test_named_regimens_bring_the_reference_along() -> None:
    found = answer(regimens=["trastuzumab", "lapatinib + letrozole", "trastuzumab"])
    names = [option["regimen"] for option in found.options]
    assert sorted(names) == sorted({"trastuzumab", "lapatinib_letrozole", "thp_docetaxel"})
    assert found.json()["reference"]["regimen"] == "thp_docetaxel"
    by_name = {option["regimen"]: option for option in found.options}
    assert by_name["lapatinib_letrozole"]["tier"] == "IV"


def test_a_combination_no_file_describes_is_a_hypothesis() -> None:
    found = answer(regimens=["neratinib + trastuzumab deruxtecan"])
    (option,) = [o for o in found.options if o["regimen"] != "thp_docetaxel"]
    assert (option["tier"], option["list"]) == ("IV", "hypothesis")


def test_a_regimen_that_cannot_be_simulated_is_refused_with_the_reason() -> None:
    found = answer(regimens=["trastuzumab + margetuximab", "tdm1"]).json()
    (refused,) = found["not_allowed"]
    assert "cannot be simulated together" in refused["reasons"][0]
    assert {option["regimen"] for option in found["options"]} == {"tdm1", "thp_docetaxel"}


def test_a_regimen_nobody_knows() -> None:
    with pytest.raises(UnknownName, match="trastuzumb") as caught:
        answer(regimens=["trastuzumb"])
    assert caught.value.nearest == "trastuzumab"


def test_a_horizon_without_sense() -> None:
    with pytest.raises(UnitError):
        answer(horizon="24 mm")
    for span in ("0 months", "-3 months"):
        with pytest.raises(DataError, match="is over at once"):
            answer(horizon=span)


@pytest.mark.parametrize("twins", [0, -1])
def test_no_twins(twins: int) -> None:
    with pytest.raises(DataError, match=f"{twins} twins"):
        answer(twins=twins)


TRIPLE_NEGATIVE = {"her2": {"ihc": "0"}, "receptors": {"er_percent": 0, "pr_percent": 0}}


def test_where_nothing_is_allowed_it_says_so() -> None:
    with pytest.raises(NotEnoughEvidence, match="no regimen is allowed"):
        answer(blocks={**TRIPLE_NEGATIVE, "preferences": {"not_available": ["capecitabine"]}})


def test_where_nothing_can_be_simulated_it_says_so() -> None:
    with pytest.raises(DataError, match="cannot be simulated together"):
        answer(
            regimens=["trastuzumab + margetuximab"],
            force=True,
            blocks={**TRIPLE_NEGATIVE, "preferences": {"not_available": ["capecitabine"]}},
        )


def test_what_is_not_available_is_not_offered() -> None:
    found = answer(blocks={"preferences": {"not_available": ["pertuzumab", "trastuzumab_deruxtecan"]}})
    given = {drug["id"] for option in found.options for drug in option["drugs"]}
    assert not given & {"pertuzumab", "trastuzumab_deruxtecan"}
    reasons = {item["regimen"]: item["reasons"] for item in found.json()["not_allowed"]}
    assert reasons["thp_docetaxel"] == ["pertuzumab is not available here"]


def test_progress_never_goes_back() -> None:
    seen: list[tuple[float, str]] = []
    answer(
        regimens=["tdm1"],
        explain=1,
        blocks={"protein": {"pten": "lost"}},
        progress=lambda share, doing: seen.append((share, doing)),
    )
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(doing for _, doing in seen)


@pytest.mark.parametrize(("twins", "expected"), [(200, (20, 10)), (8, (4, 2)), (1, (1, 1)), (7, (1, 7))])
def test_twins_are_split(twins: int, expected: tuple[int, int]) -> None:
    assert split_twins(twins) == expected


def test_twins_are_never_lost() -> None:
    assert all(a * b == n for n in range(1, 300) for a, b in [split_twins(n)])

"""Laws of weighing evidence that hold for any items."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from erbium.evidence import Finding, Patient, weigh
from erbium.evidence.weight import Vote, balance
from erbium.knowledge.evidence_tables import LEVELS
from erbium.knowledge.schema.biomarker import Leaf
from erbium.knowledge.schema.evidence import EvidenceItem
from erbium.knowledge.schema.regimen import Level
from tests.evidence_items import base_of, item

MARKERS = ("PIK3CA_mutated", "PTEN_lost", "p95", "fcgr3a_V")
#: One design for each level.
DESIGNS = {
    "A1": "guideline", "A2": "randomised", "B": "cohort", "C": "case", "D": "cell_line", "E": "statement",
}  # fmt: skip
LEAVES = [Leaf(marker=name, present=present) for name in MARKERS for present in (True, False)]


def made(number: int, marker: str, effect: str, direction: str, level: str, quality: int) -> EvidenceItem:
    return item(
        f"item_{number}",
        all_of=[{"marker": marker}],
        effect=effect,
        direction=direction,
        design=DESIGNS[level],
        quality=quality,
    )


ITEMS = st.lists(
    st.tuples(
        st.sampled_from(MARKERS),
        st.sampled_from(["sensitivity", "resistance", "no_predictive_effect"]),
        st.sampled_from(["supports", "disputes", "neutral"]),
        st.sampled_from(LEVELS),
        st.integers(1, 5),
    ),
    max_size=12,
).map(lambda rows: [made(number, *row) for number, row in enumerate(rows)])
STATES = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in MARKERS})


def known(states: dict[str, bool | None], **more: bool | None) -> Patient:
    """Return a patient with these states of markers."""
    told = {**states, **more}
    return Patient({leaf: Finding(told.get(leaf.marker)) for leaf in LEAVES}, {"HER2-positive"}, "metastatic")


def told(items: list[EvidenceItem], patient: Patient) -> str:
    return json.dumps(weigh(base_of(*items), ["trastuzumab"], patient).json(), sort_keys=True)


@given(ITEMS, STATES)
@settings(max_examples=80, deadline=None)
def test_an_irrelevant_marker_changes_no_byte(
    items: list[EvidenceItem], states: dict[str, bool | None]
) -> None:
    rest = [one for one in items if "p95" not in one.markers]
    answers = {told(rest, known({**states, "p95": state})) for state in (True, False, None)}
    assert len(answers) == 1


@given(ITEMS, STATES)
@settings(max_examples=80, deadline=None)
def test_not_tested_counts_like_no_item_and_is_said(
    items: list[EvidenceItem], states: dict[str, bool | None]
) -> None:
    untested = weigh(base_of(*items), ["trastuzumab"], known({**states, "p95": None}))
    rest = weigh(base_of(*(one for one in items if "p95" not in one.markers)), ["trastuzumab"], known(states))
    assert (untested.in_favour, untested.against) == (rest.in_favour, rest.against)
    speaking = [
        one
        for one in items
        if "p95" in one.markers and one.direction == "supports" and one.effect != "no_predictive_effect"
    ]
    assert ("p95" in untested.untested) == bool(speaking)


@given(ITEMS, STATES, st.sampled_from(LEVELS), st.integers(1, 5))
@settings(max_examples=120, deadline=None)
def test_a_stronger_item_for_never_lowers_the_level(
    items: list[EvidenceItem], states: dict[str, bool | None], level: str, quality: int
) -> None:
    states = {**states, "fcgr3a_V": True}
    before = weigh(base_of(*items), ["trastuzumab"], known(states))
    best = before.in_favour[0].level if before.in_favour else "E"
    if LEVELS.index(level) > LEVELS.index(best):
        level = best
    new = made(999, "fcgr3a_V", "sensitivity", "supports", level, quality)
    after = weigh(base_of(*items, new), ["trastuzumab"], known(states))
    assert after.level is not None
    assert before.level is None or LEVELS.index(after.level) <= LEVELS.index(before.level)


@given(ITEMS, STATES)
@settings(max_examples=80, deadline=None)
def test_the_conflict_is_an_index_and_needs_both_sides(
    items: list[EvidenceItem], states: dict[str, bool | None]
) -> None:
    found = weigh(base_of(*items), ["trastuzumab"], known(states))
    assert 0.0 <= found.conflict <= 1.0
    assert (found.conflict > 0.0) == bool(found.in_favour and found.against)


@given(ITEMS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_items_does_not_matter(items: list[EvidenceItem], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    everything: dict[str, bool | None] = dict.fromkeys(MARKERS, True)
    first = weigh(base_of(*items), ["trastuzumab"], known(everything)).json()
    second = weigh(base_of(*shuffled), ["trastuzumab"], known(everything)).json()
    assert first["evidence_for"] == second["evidence_for"]
    assert first["evidence_against"] == second["evidence_against"]
    assert abs(first["conflict"] - second["conflict"]) < 1e-9


COUNTS = st.dictionaries(
    st.tuples(st.booleans(), st.sampled_from(LEVELS)), st.integers(1, 30), min_size=1, max_size=8
)


@given(COUNTS, st.integers(1, 5))
@example({(True, "B"): 1, (False, "B"): 20}, 5)
@settings(max_examples=200, deadline=None)
def test_more_for_a_claim_never_makes_it_doubtful(
    counts: dict[tuple[bool, Level], int], quality: int
) -> None:
    votes = [
        Vote(side, level, 3, f"{side} {level} {number}")
        for (side, level), count in counts.items()
        for number in range(count)
    ]
    best = min((vote.level for vote in votes), key=LEVELS.index)
    for _ in range(30):
        before = balance(votes)
        votes.append(Vote(True, best, quality, f"new {len(votes)}"))
        assert before.doubtful or not balance(votes).doubtful

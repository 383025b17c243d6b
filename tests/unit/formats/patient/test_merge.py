"""An imported profile laid over one that is there."""

from __future__ import annotations

from erbium.formats.patient import merge
from tests.patients import patient


def test_what_is_missing_is_added_and_nothing_is_lost() -> None:
    base = patient(person={"age": 50}, variants=[{"gene": "TP53", "protein": "p.R175H"}])
    new = patient(
        meta={"id": "other"},
        her2={},
        disease={},
        variants=[{"gene": "PIK3CA", "protein": "p.H1047R"}],
        sequencing={"genes": ["PIK3CA"]},
    )
    merged, choices = merge(base, new)
    assert merged.id == base.id
    assert [variant.gene for variant in merged.variants] == ["TP53", "PIK3CA"]
    assert merged.her2.ihc.value == "3+"
    assert merged.person.age.value == 50
    assert merged.sequencing.genes == ("PIK3CA",)
    assert not choices


def test_two_spellings_of_a_variant_are_one() -> None:
    base = patient(variants=[{"gene": "PIK3CA", "protein": "p.H1047R", "vaf": 0.3}])
    new = patient(variants=[{"gene": "PIK3CA", "protein": "p.(His1047Arg)", "vaf": 0.1}])
    merged, choices = merge(base, new)
    assert len(merged.variants) == 1
    assert merged.variants[0].vaf == 0.3
    assert choices[0].others == ("0.1",)


def test_not_tested_replaces_no_result_and_a_result_replaces_not_tested() -> None:
    one = patient(receptors={"er_percent": 90, "pr_percent": "not_tested"})
    other = patient(receptors={"er_percent": "not_tested", "pr_percent": 10})
    for base, new in ((one, other), (other, one)):
        merged, _ = merge(base, new)
        assert (merged.receptors.er_percent.value, merged.receptors.pr_percent.value) == (90, 10)


def test_the_later_date_counts_and_without_dates_what_was_there() -> None:
    old = patient(receptors={"ki67": {"value": 20, "date": "2020"}, "er_percent": 90})
    new = patient(receptors={"ki67": {"value": 60, "date": "2024"}, "er_percent": 10})
    merged, choices = merge(old, new)
    assert (merged.receptors.ki67.value, merged.receptors.er_percent.value) == (60, 90)
    assert {choice.field for choice in choices} == {"receptors.ki67", "receptors.er_percent"}
    assert merge(new, old)[0].receptors.ki67.value == 60


def test_her2_of_another_date_is_not_mixed() -> None:
    old = patient(
        her2={"ihc": {"value": "2+", "date": "2020-01"}, "ish_ratio": {"value": 5, "date": "2020-01"}}
    )
    new = patient(her2={"ihc": {"value": "1+", "date": "2024-01"}})
    for merged, _ in (merge(old, new), merge(new, old)):
        assert merged.her2.ihc.value == "1+"
        assert not merged.her2.ish_ratio.known
        assert merged.her2_history[0].ish_ratio.value == 5

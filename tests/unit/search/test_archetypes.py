"""The rational partner of each lesion moves up where the lesion is, and not where it is absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.needs_compiler

CASES = {
    "PTEN null: mTOR": (0.0, {"pten_loss": 1.0}, "trastuzumab", ("everolimus",)),
    "PTEN null: AKT": (0.0, {"pten_loss": 1.0}, "trastuzumab", ("capivasertib",)),
    "IGF1R: its inhibitor": (0.0, {"igf1r_high": 1.0}, "trastuzumab", ("linsitinib",)),
    "PIK3CA activation: p110alpha inhibitor": (
        0.0, {"pik3ca_h1047r": 1.0}, "trastuzumab", ("alpelisib", "inavolisib"),
    ),
    "PD-L1 with TIL: checkpoint": (
        0.0, {"pdl1_high": 1.0, "til_high": 1.0}, "trastuzumab", ("atezolizumab", "pembrolizumab"),
    ),
}  # fmt: skip
FAILING = {
    "MUC1: its inhibitor": (
        (0.0, {"muc1c_activation": 1.0}, "trastuzumab", ("go_203",)),
        "it gains tenfold from next to nothing, but passes no other partner",
    ),
    "CCND1 with Rb, HR+: CDK4/6": (
        (90.0, {"ccnd1_amplification": 1.0}, "trastuzumab+fulvestrant", ("palbociclib",)),
        "it gains by half, but passes no other partner",
    ),
    "MUC4: kinase inhibitor": (
        (0.0, {"muc4_masking": 0.7}, "trastuzumab", ("neratinib",)),
        "it stands second without masking already, behind an inhibitor of HSP90",
    ),
    "HSP90: its inhibitor": (
        (0.0, {"hsp90_high": 1.0}, "trastuzumab", ("luminespib",)),
        "the chaperone of the network is saturated: more of it holds no more HER2",
    ),
    "p95: kinase inhibitor": (
        (0.0, {"p95her2": 0.9}, "trastuzumab", ("tucatinib", "neratinib")),
        "kinase inhibitors stand at the top without the fragment already, and it lowers their own effect",
    ),
}


def moved_up(
    panel: Callable[[float], Any], case: tuple[float, dict[str, float], str, tuple[str, ...]]
) -> bool:
    er, lesion, given, rational = case
    with_it, without = panel(er).ranks(given, lesion), panel(er).ranks(given, {})
    return bool(min(with_it[name] for name in rational) < min(without[name] for name in rational))


@pytest.mark.parametrize("name", CASES)
def test_the_rational_partner_moves_up(panel: Callable[[float], Any], name: str) -> None:
    assert moved_up(panel, CASES[name])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=why, strict=True))
        for name, (_, why) in FAILING.items()
    ],
)
def test_the_rational_partner_does_not_move_up_yet(panel: Callable[[float], Any], name: str) -> None:
    assert moved_up(panel, FAILING[name][0])


def test_under_a_pi3k_inhibitor_her2_or_mek_is_among_the_first(panel: Callable[[float], Any]) -> None:
    ranks = panel(0.0).ranks("alpelisib", {"pik3ca_h1047r": 1.0})
    assert min(ranks[name] for name in ("trastuzumab", "tucatinib", "neratinib", "trametinib")) <= 3


def test_a_lesion_that_a_drug_does_not_meet_leaves_it_where_it_was(panel: Callable[[float], Any]) -> None:
    with_it = panel(0.0).ranks("trastuzumab", {"igf1r_high": 1.0})
    assert with_it["go_203"] >= panel(0.0).ranks("trastuzumab", {})["go_203"]

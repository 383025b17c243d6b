"""Two populations in one dish: each keeps what it is alone, and they share what is between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import DataError, ErbiumError
from erbium.experiment import Condition, Exposure, Neighbours, measure, read_protocol

pytestmark = pytest.mark.needs_compiler
POSITIVE, NEGATIVE = Condition("SK-BR-3"), Condition("MDA-MB-468")
TDXD = (Exposure("trastuzumab_deruxtecan", 10.0),)
NAMES = ("viability", "pERK", "payload", "payload_interstitial")


def beside(cell: Condition, other: Condition, share: float = 0.5) -> Condition:
    return replace(cell, neighbours=Neighbours(other, share))


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_cell_beside_its_like_is_as_alone(share: float) -> None:
    washed = (Exposure("trastuzumab_deruxtecan", 1.0, 12.0, 48.0),)
    for exposures in ((), TDXD, washed):
        cell = replace(POSITIVE, exposures=exposures)
        alone = measure([cell], NAMES, [0.0, 24.0, 72.0], members=3)[0]
        mixed = measure(
            [beside(cell, POSITIVE, share)],
            [*NAMES, *(f"neighbours.{name}" for name in NAMES[:3])],
            [0.0, 24.0, 72.0],
            members=3,
        )[0]
        assert np.allclose(mixed[:, :4], alone, rtol=2e-3, atol=1e-9)
        assert np.allclose(mixed[:, 4:], alone[:, :3], rtol=2e-3, atol=1e-9)


def test_without_a_drug_neighbours_do_not_matter() -> None:
    alone = measure([NEGATIVE, POSITIVE], ["viability"], [72.0], members=2)[:, 0, 0]
    mixed = measure([beside(NEGATIVE, POSITIVE)], ["viability", "neighbours.viability"], [72.0], members=2)
    assert np.allclose(mixed[0, 0], alone, rtol=1e-3)


def test_which_of_two_populations_is_named_first_does_not_matter() -> None:
    one, other = measure(
        [replace(beside(a, b), exposures=TDXD) for a, b in ((NEGATIVE, POSITIVE), (POSITIVE, NEGATIVE))],
        ["viability", "neighbours.viability"],
        [72.0],
        members=2,
    )[:, 0]
    assert np.allclose(one, other[::-1], rtol=1e-3)


def test_more_cells_that_take_up_a_conjugate_leave_more_payload_between_them() -> None:
    shares = (0.1, 0.5, 0.9)
    mixed = [replace(beside(NEGATIVE, POSITIVE, share), exposures=TDXD) for share in shares]
    between = measure(mixed, ["payload_interstitial"], [24.0], members=1)[:, 0, 0, 0]
    assert (np.diff(between) > 0.0).all()


def test_each_population_keeps_what_is_changed_in_it() -> None:
    changed = Condition("SK-BR-3", scale=(("PTEN_abundance", 0.1),), settings=(("lysosomal_release", 0.2),))
    own, unchanged, other = measure(
        [replace(beside(POSITIVE, changed), exposures=TDXD), beside(POSITIVE, POSITIVE), changed],
        ["payload", "neighbours.payload", "neighbours.pAKT_S473", "pAKT_S473"],
        [72.0],
        members=1,
    )[:, 0, :, 0]
    assert own[1] < own[0]
    assert own[2] > 1.2 * unchanged[2]
    assert np.isnan(other[1:3]).all()


def test_what_a_mixture_cannot_be() -> None:
    with pytest.raises(DataError, match="share above 0"):
        Neighbours(POSITIVE, 1.0)
    with pytest.raises(DataError, match="two populations"):
        Neighbours(beside(POSITIVE, NEGATIVE))
    with pytest.raises(DataError, match="whole dish"):
        measure([beside(POSITIVE, NEGATIVE)], ["neighbours.payload_interstitial"], [1.0], members=1)


WHOLE = """\
readouts = ["viability", "neighbours.viability"]
times = ["24 h"]
base = { line = "MDA-MB-468" }
[arms.alone]
[arms.mixed]
neighbours = { line = "SK-BR-3", share = 0.25, scale = { PTEN_abundance = 0.5 } }
[[comparisons]]
test = "mixed"
against = "alone"
"""


def _fault(tmp_path: Path, text: str) -> ErbiumError:
    file = tmp_path / "mixed.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ErbiumError) as caught:
        read_protocol(file)
    return caught.value


def test_a_file_says_who_the_neighbours_are(tmp_path: Path) -> None:
    file = tmp_path / "mixed.toml"
    file.write_text(WHOLE, encoding="utf-8")
    protocol = read_protocol(file)
    assert protocol.arms["mixed"].neighbours == Neighbours(
        Condition("SK-BR-3", scale=(("PTEN_abundance", 0.5),)), 0.25
    )
    assert protocol.contrasts[0].readouts == ("viability",), "only what both arms have is compared"


@pytest.mark.parametrize(
    ("old", "new", "key", "nearest"),
    [
        ('"SK-BR-3"', '"SK-BR-9"', "arms.mixed.neighbours.line", "SK-BR-3"),
        ("0.25", "1.5", "arms.mixed.neighbours.share", ""),
        ("PTEN_abundance", "PTEN_abundanz", "arms.mixed.neighbours.scale.PTEN_abundanz", "PTEN_abundance"),
        ("share", "shares", "arms.mixed.neighbours.shares", "share"),
        ("neighbours =", "# neighbours =", "readouts[1]", ""),
        ('against = "alone"', 'against = "alone"\nreadouts = ["neighbours.viability"]',
         "comparisons[0].readouts", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_with_neighbours_is_told_at_its_key(
    tmp_path: Path, old: str, new: str, key: str, nearest: str
) -> None:
    fault = _fault(tmp_path, WHOLE.replace(old, new, 1))
    assert fault.key == key
    assert nearest in str(fault)

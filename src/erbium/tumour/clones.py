"""The clones of a tumour: main, stated or HER2-negative ones, and a minor drug-tolerant one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from erbium.core.errors import DataError, UnknownName
from erbium.core.twins import Array, Twins
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.host import spread
from erbium.profile import Profile
from erbium.tumour.earlier_lines import CYTOTOXIC, EarlierLine
from erbium.tumour.fitted import of_fit
from erbium.tumour.presence import Mask, Presence

#: The model keeps one clone of four for the minor, drug-tolerant population.
MAX_STATED_CLONES = 3


@dataclass(frozen=True)
class Clone:
    """One clone in the twins of a patient.

    Attributes
    ----------
    name, description
        Label and what it is.
    fraction
        Share of the tumour at the start, shape (count,).
    her2
        HER2 per cell in thousands, shape (count,).
    bypass
        Drive that needs no modelled receptor, shape (count,).
    scales
        Factors on clone-level parameters, each of shape (count,).
    mechanisms
        Mechanisms only this clone carries, by id.
    carried
        Mechanisms that this clone carries in some of the twins, and how strongly.
    """

    name: str
    description: str
    fraction: Array
    her2: Array
    bypass: Array
    scales: dict[str, Array] = field(default_factory=dict)
    mechanisms: tuple[str, ...] = ()
    carried: tuple[Presence, ...] = ()


def variation(name: str) -> float:
    """Return a number of ``tumour/variation.toml``."""
    return load_numbers("tumour/variation")[name].value


def minor_clone(twins: Twins, main: Clone, lines: Sequence[EarlierLine] = ()) -> Clone:
    """Return the minor, drug-tolerant clone that every tumour carries.

    Parameters
    ----------
    lines
        Earlier lines of treatment; each that it tolerated raises its share.
    """
    numbers = load_numbers("tumour/variation")
    tolerance = twins.between("minor.tolerance", numbers["minor_tolerance_cv"].value)
    return Clone(
        name="minor",
        description="small drug-tolerant clone; every tumour is given one, its share and traits are drawn",
        fraction=np.minimum(drawn_share(twins, lines), numbers["minor_most"].value),
        her2=main.her2 * np.clip(spread(twins, "minor.her2", numbers["minor_her2_scale"]), 0.02, 1.0),
        bypass=main.bypass + spread(twins, "minor.bypass", numbers["minor_bypass"]),
        scales={
            "CCNE1_dosage": spread(twins, "minor.cyclin_e", numbers["minor_cyclin_e"]),
            "ER_abundance": spread(twins, "minor.er", numbers["minor_er_scale"]),
            **{
                name: np.where(held, 1.0 + (numbers[_fold_of(name)].value - 1.0) * tolerance, 1.0)
                for name, held in tolerated(twins).items()
            },
        },
    )


def drawn_share(twins: Twins, lines: Sequence[EarlierLine] = ()) -> Array:
    """Return the share of the minor clone as drawn, before the most that it may take, shape (count,)."""
    return np.asarray(
        of_fit(twins, "minor_fraction")
        * of_fit(twins, "tolerance_per_line") ** lines_tolerated(twins, lines)
        * twins.between("minor.fraction", variation("minor_fraction_cv"))
    )


def _fold_of(tolerance: str) -> str:
    return "minor_payload_tolerance" if "payload" in tolerance else "minor_cytotoxic_tolerance"


def tolerated(twins: Twins) -> Mapping[str, Mask]:
    """Return which classes of cytotoxic drugs the minor clone tolerates, each of shape (count,).

    In a share of tumours it tolerates all (it hardly dies, or keeps drugs out), in the others each class by
    itself (target, repair).
    """
    everything = twins.uniform("minor.tolerates_all") < variation("minor_tolerant_to_all")
    each = variation("minor_tolerant_to_class")
    return {
        name: np.asarray(everything | (twins.uniform(f"minor.tolerates.{name}") < each)) for name in CYTOTOXIC
    }


def lines_tolerated(twins: Twins, lines: Sequence[EarlierLine]) -> Array:
    """Return how many of the lines gave what the minor clone tolerates, shape (count,)."""
    held = tolerated(twins)
    found = np.zeros(twins.count)
    for line in lines:
        given = [held[name] for name in line.tolerances if name in held]
        if given:
            found += np.any(given, axis=0)
    return found


def left_behind(twins: Twins, lines: Sequence[EarlierLine], her2_positive: bool) -> Array:
    """Return the receptor-independent drive that earlier anti-HER2 lines left behind, shape (count,)."""
    many = sum(line.blocked_her2 for line in lines)
    if not her2_positive or many == 0:
        return np.zeros(twins.count)
    per_line = twins.uncertain("bypass_per_line", *_range("bypass_per_line"))
    return per_line * many * twins.between("bypass_per_line", variation("bypass_per_line_cv"))


def _range(name: str) -> tuple[float, float | None, float | None]:
    number = load_numbers("tumour/variation")[name]
    return number.value, number.low, number.high


def clones_of(
    profile: Profile,
    twins: Twins,
    main: Clone,
    negative_her2: Array,
    negative_bypass: Array,
    lines: Sequence[EarlierLine] = (),
) -> list[Clone]:
    """Return the clones of the tumour, fractions summing to one.

    Parameters
    ----------
    main
        The clone the profile describes.
    negative_her2, negative_bypass
        HER2 and receptor-independent drive of a HER2-negative clone, shape (count,).
    lines
        Earlier lines of treatment.

    Raises
    ------
    DataError
        More clones than the model holds.
    """
    clones = [main]
    share = profile.her2.heterogeneity_percent.value
    if profile.clones:
        clones = _stated(profile, main, negative_her2, negative_bypass)
    elif share:
        fraction = np.full(twins.count, share / 100.0)
        clones = [
            _with_fraction(main, 1.0 - fraction),
            Clone(
                "HER2-negative",
                f"{share:g} % of cells without HER2 amplification, as reported",
                fraction,
                negative_her2,
                negative_bypass,
            ),
        ]
    minor = minor_clone(twins, main, lines)
    return [_with_fraction(clone, clone.fraction * (1.0 - minor.fraction)) for clone in clones] + [minor]


def check_mechanisms(profile: Profile, known: Collection[str]) -> None:
    """Raise UnknownName if a stated clone carries a mechanism that is not among `known`."""
    for clone in profile.clones:
        for name in clone.mechanisms:
            if name not in known:
                raise UnknownName.among("mechanism", name, known, key=f"clones.{clone.name}.mechanisms")


def check_known(names: Iterable[str], known: Collection[str]) -> None:
    """Raise UnknownName for the first of `names` that is not among the `known` mechanisms."""
    for name in names:
        if name not in known:
            raise UnknownName.among("mechanism", name, known)


def _with_fraction(clone: Clone, fraction: Array) -> Clone:
    return replace(clone, fraction=fraction)


def _stated(profile: Profile, main: Clone, negative_her2: Array, negative_bypass: Array) -> list[Clone]:
    if len(profile.clones) > MAX_STATED_CLONES:
        raise DataError(
            f"{len(profile.clones)} clones.", key="clones", expected=f"at most {MAX_STATED_CLONES} clones"
        )
    total = sum(clone.fraction for clone in profile.clones)
    if not 0.98 <= total <= 1.02:
        raise DataError(f"the clone fractions add up to {total:g}.", key="clones", expected="a sum of 1")
    found: list[Clone] = []
    for clone in profile.clones:
        negative = clone.her2_ihc.value in ("0", "0+", "1+") or (
            clone.her2_copies.value is not None and clone.her2_copies.value < 4.0
        )
        found.append(
            Clone(
                clone.name,
                "as stated in the profile",
                np.full(main.her2.shape, clone.fraction / total),
                negative_her2 if negative else main.her2,
                negative_bypass if negative else main.bypass,
                {},
                tuple(clone.mechanisms),
            )
        )
    return found

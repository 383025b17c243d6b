"""The same claim asked otherwise: other doses, other times, other lines, or the opposite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from erbium.core import units
from erbium.knowledge.cell_lines import load_cell_lines, resolve_cell_line
from erbium.knowledge.mechanisms import load_mechanisms
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.claim import Check, Expectation
from erbium.knowledge.schema.condition import Context, DrugExposure

CheckT = TypeVar("CheckT", bound=Check)

#: Factors on concentrations, and on the logarithm of how strongly a handle is moved.
DOSES = (1.0 / 3.0, 1.0, 3.0)
#: A time is also looked at early, if it is not early already, and late.
EARLY, LATE = 0.5, 2.0
EARLY_FROM_H = 24.0
_OPPOSITE = {"up": "down", "down": "up"}
#: What is fixed by a scan or a level has no other dose.
_FIXED = ("biphasic", "threshold")


def at_dose(check: CheckT, factor: float) -> CheckT:
    """Return the check with every drug of its arms, or without drugs every handle, moved `factor` as far.

    A concentration is multiplied; of a scale the logarithm is; a set value moves from its neutral value.
    """
    dosed = any(context.drugs for context in (check.base, *check.arms.values()))
    change = _dosed if dosed else _moved
    base = change(check.base, factor) if dosed else check.base
    return check.model_copy(
        update={"base": base, "arms": {name: change(arm, factor) for name, arm in check.arms.items()}}
    )


def has_doses(check: Check) -> bool:
    """Return whether the claim can be asked at other doses."""
    if any(expectation.comparison in _FIXED for expectation in check.expect):
        return False
    probe = at_dose(check, DOSES[-1])
    return probe.arms != check.arms or probe.base != check.base


def times_of(check: Check) -> tuple[float, ...]:
    """Return the two factors on time at which the claim is also asked; one if it has no time to vary."""
    times = [expectation.time for expectation in check.expect if expectation.time]
    if not times:
        return (1.0,)
    return (EARLY if min(times) >= EARLY_FROM_H else 1.0, LATE)


def at_time(check: CheckT, factor: float) -> CheckT:
    """Return the check with every time multiplied; drugs come and go at theirs."""
    expect = tuple(
        e if e.time is None else e.model_copy(update={"time": e.time * factor}) for e in check.expect
    )
    return check.model_copy(update={"expect": expect})


def other_lines(check: Check, count: int = 2) -> list[str]:
    """Return the HER2-amplified lines, most receptors first, that are not the claim's and of other donors."""
    if check.base.line is None:
        return []
    own = resolve_cell_line(check.base.line)
    lines = sorted(
        (line for line in load_cell_lines().values() if line.her2 == "amplified"),
        key=lambda line: (-line.abundances["HER2"].value, line.id),
    )
    donors = {own.patient or own.id}
    found: list[str] = []
    for line in lines:
        donor = line.patient or line.id
        if donor not in donors and line.id != own.id:
            donors.add(donor)
            found.append(line.name)
    return found[:count]


def in_line(check: CheckT, line: str) -> CheckT:
    """Return the check in another line."""
    return check.model_copy(update={"base": check.base.model_copy(update={"line": line})})


def opposites(expectation: Expectation) -> Iterator[Expectation]:
    """Yield what must not be seen if `expectation` is."""
    comparison = expectation.comparison
    if comparison in _OPPOSITE:
        yield expectation.model_copy(update={"comparison": _OPPOSITE[comparison]})
        yield expectation.model_copy(update={"comparison": "unchanged"})
    elif comparison == "unchanged":
        yield from (expectation.model_copy(update={"comparison": way}) for way in ("up", "down"))
    elif comparison == "order":
        yield expectation.model_copy(update={"arms_in_order": expectation.arms_in_order[::-1]})
    elif comparison == "biphasic":
        yield expectation.model_copy(update={"comparison": "order"})
        yield expectation.model_copy(
            update={"comparison": "order", "arms_in_order": expectation.arms_in_order[::-1]}
        )
    elif comparison == "synergy":
        yield expectation.model_copy(update={"comparison": "unchanged"})
    else:
        side = "below" if expectation.side == "above" else "above"
        yield expectation.model_copy(update={"side": side})


def _dosed(context: Context, factor: float) -> Context:
    drugs: dict[str, DrugExposure] = {
        name: drug.model_copy(update={"concentration": drug.concentration * factor})
        for name, drug in context.drugs.items()
    }
    return context.model_copy(update={"drugs": drugs})


def _moved(context: Context, factor: float) -> Context:
    graded = {
        name: any(isinstance(effect.value, str) for effect in load_mechanisms()[name].effects)
        for name in context.mechanisms
    }
    return context.model_copy(
        update={
            "scale": {name: scale**factor for name, scale in context.scale.items()},
            "settings": _farther(context.settings, factor),
            "acute": _farther(context.acute, factor),
            "mechanisms": {name: x * factor if graded[name] else x for name, x in context.mechanisms.items()},
        }
    )


def _farther(table: Mapping[str, float | str], factor: float) -> dict[str, float]:
    known = {name: p for numbers in load_parameters().values() for name, p in numbers.items()}
    found: dict[str, float] = {}
    for name, given in table.items():
        neutral, value = known[name].value, units.to(given, known[name].unit, key=name)
        if neutral > 0.0 and value > 0.0:
            found[name] = neutral * (value / neutral) ** factor
        else:
            # From zero a value is a dose; to zero it is a removal, which has no strength.
            found[name] = value * factor if neutral == 0.0 else value
    return found

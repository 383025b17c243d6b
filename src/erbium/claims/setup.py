"""From the context in a claim file to what is simulated: a dish, or a patient under a regimen."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from erbium.core import units
from erbium.core.errors import UnknownName
from erbium.experiment.condition import FCGR3A, Condition, Exposure
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.condition import Context

Pairs = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PatientArm:
    """A patient, what is changed in the tumour, and the treatment.

    Attributes
    ----------
    case
        Name of an example case.
    profile
        What differs from its profile, as JSON text: value by dotted key; empty for nothing.
    regimen
        Regimen, or drugs joined by "+"; None leaves the patient untreated.
    settings, scale, mechanisms
        Chronic changes, as in a :class:`~erbium.experiment.condition.Condition`.
    alternatives
        Answers to open questions.
    """

    case: str
    regimen: str | None = None
    profile: str = ""
    settings: Pairs = ()
    mechanisms: Pairs = ()
    scale: Pairs = ()
    alternatives: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        parts = [self.case.replace("_", " ")]
        changed = json.loads(self.profile) if self.profile else {}
        parts += [f"{key} = {_short(value)}" for key, value in changed.items()]
        parts += [f"{name} = {value:g}" for name, value in self.settings]
        parts += [name if x == 1.0 else f"{name} ({x:g})" for name, x in self.mechanisms]
        parts += [f"{name} x {factor:g}" for name, factor in self.scale]
        parts += [f"{question}: {choice}" for question, choice in self.alternatives]
        return ", ".join([*parts, self.regimen or "untreated"])


Setup = Condition | PatientArm


def setup_of(context: Context, cut: Mapping[str, float] | None = None) -> Setup:
    """Return what `context` says is simulated.

    Parameters
    ----------
    context
        The whole context of an arm.
    cut
        Parameters that are held at a value whatever the arm does to them.
    """
    held = dict(cut or {})
    values = _numbers(context.cell or {}) | _numbers(context.settings) | held
    factors = {name: factor for name, factor in context.scale.items() if name not in held}
    carried = dict(context.mechanisms)
    if context.case is None:
        carried = _spell_out(carried, held, values, factors)
    settings, mechanisms, scale = _pairs(values), _pairs(carried), _pairs(factors)
    alternatives = tuple(sorted(context.alternatives.items()))
    if context.case is not None:
        profile = json.dumps(context.profile, sort_keys=True) if context.profile else ""
        return PatientArm(context.case, context.regimen, profile, settings, mechanisms, scale, alternatives)
    return Condition(
        line=context.line,
        settings=settings,
        mechanisms=mechanisms,
        scale=scale,
        acute=_pairs({k: v for k, v in _numbers(context.acute).items() if k not in held}),
        exposures=tuple(
            Exposure(
                resolve_drug(name).id,
                drug.concentration,
                drug.start,
                math.inf if drug.stop is None else drug.stop,
            )
            for name, drug in sorted(context.drugs.items())
        ),
        effectors=context.effectors or 0.0,
        tumour=bool(context.tumour),
        alternatives=alternatives,
        fcgr3a=context.fcgr3a or FCGR3A,
    )


def _spell_out(
    mechanisms: Mapping[str, float],
    held: Mapping[str, float],
    values: dict[str, float],
    factors: dict[str, float],
) -> dict[str, float]:
    """Return the mechanisms that leave the held parameters alone; of others, add what else they move.

    A dish applies mechanisms after settings, so that one which moves a held parameter would undo the cut.
    """
    kept: dict[str, float] = {}
    for mechanism, x in mechanisms.items():
        effects = [
            (effect.parameter.rsplit(".", 1)[-1], effect.verb, effect.value_at(x))
            for effect in load_knowledge().mechanisms[mechanism].effects
        ]
        if not any(name in held for name, _, _ in effects):
            kept[mechanism] = x
            continue
        for name, verb, value in effects:
            if name in held:
                continue
            if verb != "scale":
                # What is scaled on top of a set value is that value, larger.
                values[name] = value * factors.pop(name, 1.0)
            elif name in values:
                values[name] *= value
            else:
                factors[name] = factors.get(name, 1.0) * value
    return kept


def _short(value: object) -> str:
    """Return a value of a profile in few words: of lists and tables only that they are there."""
    if isinstance(value, list) and not all(isinstance(part, str) for part in value):
        return f"{len(value)} given"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _numbers(table: Mapping[str, float | str]) -> dict[str, float]:
    """Return settings as numbers in the units of the network."""
    known = _units()
    found: dict[str, float] = {}
    for name, value in table.items():
        if name not in known:
            raise UnknownName.among("parameter", name, known)
        found[name] = units.to(value, known[name], key=name)
    return found


def _pairs(table: Mapping[str, float]) -> Pairs:
    return tuple(sorted((name, float(value)) for name, value in table.items()))


@functools.cache
def _units() -> dict[str, str]:
    return {name: p.unit for table in load_parameters().values() for name, p in table.items()}

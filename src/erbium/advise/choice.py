"""Which regimens an answer compares: all that are allowed, or those that were named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from erbium.advise.eligibility import eligibility
from erbium.advise.refusal import Refused
from erbium.advise.rules import Allowed, Case, named_standard, sort_regimens
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen
from erbium.tumour import Tumour


@dataclass(frozen=True)
class Choice:
    """What is simulated with the use that places it, what is refused, and what must be said of it."""

    allowed: list[Allowed]
    refused: list[Refused]
    forced: tuple[dict[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def choose(tumour: Tumour, case: Case, names: Sequence[str | Regimen] | None, *, force: bool) -> Choice:
    """Return the regimens to simulate; those named that the profile rules out only if forced."""
    regimens = tumour.knowledge.regimens
    not_available = frozenset(tumour.profile.preferences.not_available)
    allowed, refused = sort_regimens(case, regimens, not_available)
    if names is None:
        return Choice(allowed, refused)
    fitting = {item.regimen.id: item for item in allowed}
    wanted = dict.fromkeys(
        name if isinstance(name, Regimen) else resolve_regimen(name, regimens, tumour.knowledge.drugs)
        for name in names
    )
    found = [eligibility(tumour, regimen, case) for regimen in wanted]
    kept = [item for item in found if force or not item.ruled_out]
    if not kept:
        found[0].check(tumour.profile.id, force=force)
    chosen = [
        fitting[item.regimen.id]
        if item.regimen.id in fitting and fitting[item.regimen.id].regimen == item.regimen
        else Allowed(item.regimen, None)
        for item in kept
    ]
    standard = named_standard([item.use for item in allowed])
    if standard is not None and allowed[standard].regimen.id not in {item.regimen.id for item in chosen}:
        chosen.append(allowed[standard])
    left_out = [item for item in found if item not in kept]
    return Choice(
        chosen,
        [Refused(item.regimen, item.broken) for item in left_out],
        tuple({"regimen": item.regimen.id, **rule} for item in kept for rule in item.ruled_out),
        (
            *(f"{item.regimen.name} is ruled out: {'; '.join(item.reasons)}" for item in left_out),
            *(text for item in kept for text in item.warnings),
        ),
    )


def commonest_reason(refused: Sequence[Refused]) -> str:
    """Return the commonest of the reasons, for a message."""
    counted = Counter(item.reasons for item in refused)
    return f" ({'; '.join(counted.most_common(1)[0][0])})" if counted else ""

"""Hard rules: which regimens are allowed for this patient, in this setting and line, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from erbium.advise.refusal import Broken, Refused
from erbium.knowledge.schema.regimen import HER2_CLASSES, Line, Regimen, Setting, Use
from erbium.profile import HER2Status, Profile

#: ER or PR in at least this share of cells is receptor positive (ASCO/CAP 2020: 1 %).
HR_POSITIVE_PERCENT = 1.0
_ACTIVATING_ERBB2 = ("erbb2_", "delta16")
_PIK3CA = "pik3ca_"


def _nothing(_regimen: Regimen) -> list[Broken]:
    return []


@dataclass(frozen=True)
class Case:
    """What the rules look at.

    Attributes
    ----------
    setting, line
        Setting, and line in metastatic disease.
    facts
        Requirements that hold, for example ``HER2-positive``.
    unknown
        Requirements that cannot be decided because a test is missing.
    against
        What the patient's history and state say against a regimen.
    """

    setting: Setting
    line: Line | None
    facts: frozenset[str]
    unknown: frozenset[str]
    against: Callable[[Regimen], list[Broken]] = _nothing


@dataclass(frozen=True)
class Allowed:
    """A regimen with the use that allows it."""

    regimen: Regimen
    use: Use | None


def line_name(line: int | None) -> Line:
    """Return 1L, 2L or 3L+ for the number of the next line; 1L if not stated."""
    if line is None or line <= 1:
        return "1L"
    return "2L" if line == 2 else "3L+"


def hormone_receptor(profile: Profile) -> bool | None:
    """Return whether ER or PR is positive; None if neither was tested."""
    known: list[bool] = []
    for percent, word in (("er_percent", "er"), ("pr_percent", "pr")):
        number = getattr(profile.receptors, percent).value
        if number is not None:
            known.append(number >= HR_POSITIVE_PERCENT)
        elif getattr(profile.receptors, word).value is not None:
            known.append(getattr(profile.receptors, word).value == "positive")
    return any(known) if known else None


def case_of(
    profile: Profile,
    status: HER2Status,
    measured: frozenset[str],
    setting: Setting,
    line: Line | None,
    against: Callable[[Regimen], list[Broken]] = _nothing,
) -> Case:
    """Return the case as the rules see it.

    Parameters
    ----------
    measured
        Ids of the mechanisms that the profile shows.
    against
        What history and state say against a regimen.
    """
    facts: set[str] = set()
    unknown: set[str] = set()
    if status.status == "positive":
        facts.add("HER2-positive")
    elif status.status == "negative":
        facts.add("HER2-negative")
        if status.label in ("HER2-low", "HER2-ultralow"):
            facts.add("HER2-low")
    else:
        unknown |= {"HER2-positive", "HER2-low", "HER2-negative"}
    hr = hormone_receptor(profile)
    if hr is None:
        unknown.add("HR-positive")
    elif hr:
        facts.add("HR-positive")
    for requirement, prefixes, gene in (
        ("ERBB2-mutant", _ACTIVATING_ERBB2, "ERBB2"),
        ("PIK3CA-mutant", (_PIK3CA,), "PIK3CA"),
    ):
        if any(name.startswith(prefixes) for name in measured):
            facts.add(requirement)
        elif profile.gene_state(gene) == "not tested":
            unknown.add(requirement)
    if "HER2-positive" in facts:
        # A mutated gene that is amplified too is treated as HER2-positive disease.
        facts.discard("ERBB2-mutant")
    return Case(setting, line, frozenset(facts), frozenset(unknown), against)


def sort_regimens(
    case: Case, regimens: Mapping[str, Regimen], not_available: frozenset[str] = frozenset()
) -> tuple[list[Allowed], list[Refused]]:
    """Return the regimens allowed for `case`, and the refused ones of its setting with reasons."""
    allowed: list[Allowed] = []
    refused: list[Refused] = []
    for regimen in regimens.values():
        uses = regimen.uses_in(case.setting, case.line)
        if not uses:
            continue
        blocked = sorted(not_available.intersection(regimen.drug_ids))
        rules = [not_here(drug) for drug in blocked] + case.against(regimen)
        if rules:
            refused.append(Refused(regimen, tuple(rules)))
            continue
        fitting = [use for use in uses if case.facts.issuperset(use.requires)]
        if fitting:
            allowed.append(Allowed(regimen, min(fitting, key=_preference)))
        else:
            refused.append(Refused(regimen, unmet(case, uses)))
    return allowed, refused


def not_here(drug: str) -> Broken:
    """Return the rule that a drug cannot be had."""
    return Broken(
        "not_available", f"{drug} is not available here", "preferences.not_available of the profile"
    )


def elsewhere(case: Case, regimens: Iterable[Regimen]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the regimens with no use in the setting, or in its line, by the rule."""
    found: dict[str, list[str]] = {"setting": [], "line": []}
    for regimen in regimens:
        if not regimen.uses_in(case.setting, None):
            found["setting"].append(regimen.id)
        elif not regimen.uses_in(case.setting, case.line):
            found["line"].append(regimen.id)
    return {rule: tuple(sorted(ids)) for rule, ids in found.items() if ids}


def _preference(use: Use) -> tuple[str, bool, int]:
    return use.tier, not use.reference, HER2_CLASSES.index(use.her2_class)


def named_standard(uses: Sequence[Use | None]) -> int | None:
    """Return the position of the named standard, or None without one.

    A HER2-low tumour is HER2-negative too: the standard of the narrower class counts.
    """
    named = [(HER2_CLASSES.index(use.her2_class), i) for i, use in enumerate(uses) if use and use.reference]
    return min(named)[1] if named else None


def unmet(case: Case, uses: tuple[Use, ...]) -> tuple[Broken, ...]:
    """Return what the use that comes closest still needs."""
    closest = min(uses, key=lambda use: len(set(use.requires) - case.facts))
    missing = [item for item in closest.requires if item not in case.facts]
    return tuple(Broken(item, _reason(case, item), _fact(case, item)) for item in missing)


def _fact(case: Case, requirement: str) -> str:
    if requirement in case.unknown:
        return "not tested"
    told = [item for item in HER2_CLASSES if item in case.facts]
    return (
        f"the tumour is {', '.join(told)}" if requirement in HER2_CLASSES and told else "tested, and absent"
    )


def _reason(case: Case, requirement: str) -> str:
    if requirement in case.unknown:
        return f"needs {requirement}, which was not tested"
    if requirement == "ERBB2-mutant" and "HER2-positive" in case.facts:
        return "needs ERBB2-mutant disease without amplification"
    return f"needs {requirement}"

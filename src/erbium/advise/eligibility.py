"""Whether a regimen that was asked for by name may be given to this patient: ruled out, or remarked on.

What the state of the patient or the HER2 class of the tumour forbids rules a regimen out. A regimen that
merely has no listed use here, that has failed before or that cannot be had is remarked on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from erbium.advise.history import failed_drugs, named_risks_of, repeats_failure
from erbium.advise.refusal import Broken
from erbium.advise.region import not_authorised
from erbium.advise.rules import Case, case_of, line_name, unmet
from erbium.core.errors import Contraindicated
from erbium.knowledge import Knowledge
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import HER2_CLASSES, Regimen, Requirement
from erbium.profile import Profile
from erbium.tumour import Tumour

#: The rule that what failed is not given again.
FAILED = "failed_before"
#: The rule that a drug against HER2 needs a tumour with HER2 to act on.
HER2_RULE = "HER2_class"
_TARGET = "HER2"
#: What a drug that acts on HER2 alone and stands in no regimen is taken to need.
_ANY_HER2: frozenset[Requirement] = frozenset(HER2_CLASSES) - {"HER2-negative"}


@dataclass(frozen=True)
class Eligibility:
    """What the profile says about a regimen.

    Attributes
    ----------
    broken
        Rules that forbid it.
    remarks
        What does not forbid it and must be said.
    """

    regimen: Regimen
    broken: tuple[Broken, ...]
    remarks: tuple[str, ...]

    @property
    def ruled_out(self) -> tuple[dict[str, str], ...]:
        """The rules that forbid it, each as ``{"rule": ..., "reason": ..., "fact": ...}``."""
        return tuple({"rule": one.rule, "reason": one.reason, "fact": one.fact} for one in self.broken)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is ruled out, in words."""
        return tuple(one.reason for one in self.broken)

    @property
    def warnings(self) -> list[str]:
        """What is said of a simulation all the same: forced rules first."""
        name = self.regimen.name
        return [f"{name} is ruled out and was forced: {reason}" for reason in self.reasons] + [
            f"{name}: {remark}" for remark in self.remarks
        ]

    def check(self, patient: str, *, force: bool) -> None:
        """Raise unless the regimen may be simulated.

        Raises
        ------
        Contraindicated
            The profile rules it out, and it is not forced.
        """
        if self.ruled_out and not force:
            raise Contraindicated.named(self.regimen.name, patient, self.ruled_out)


def case_for(tumour: Tumour) -> Case:
    """Return the case of a tumour as the rules see it."""
    measured = frozenset(name for name, p in tumour.presences.items() if p.status == "measured")
    line = line_name(tumour.profile.disease.line) if tumour.setting == "metastatic" else None
    drugs = tumour.knowledge.drugs
    failed = failed_drugs(tumour.profile, tumour.knowledge)

    def against(regimen: Regimen) -> list[Broken]:
        repeated = repeats_failure(regimen, failed, drugs)
        rules = named_risks_of(regimen, tumour.profile, blocks=True, drugs=drugs)
        rules += not_authorised(regimen, tumour.profile, tumour.knowledge)
        return (
            rules if repeated is None else [Broken(FAILED, repeated, "earlier lines of the profile"), *rules]
        )

    return case_of(tumour.profile, tumour.status, measured, tumour.setting, line, against)


def eligibility(tumour: Tumour, regimen: Regimen, case: Case | None = None) -> Eligibility:
    """Return whether `regimen` may be given, with every reason."""
    case = case or case_for(tumour)
    drugs = tumour.knowledge.drugs
    found = named_risks_of(regimen, tumour.profile, blocks=True, drugs=drugs)
    settled = tumour.status.status in ("positive", "negative")
    remarks: list[str] = []
    for name in regimen.drug_ids:
        needed = needed_classes(drugs[name], tumour.knowledge)
        if not needed or not needed.isdisjoint(case.facts):
            continue
        words = _either([item for item in HER2_CLASSES if item in needed])
        if settled:
            reason = f"{drugs[name].name} acts on HER2 and is for {words} disease; this tumour is "
            found.append(Broken(HER2_RULE, reason + tumour.status.label, tumour.status.label))
        elif not regimen.uses_in(case.setting, case.line):
            remarks.append(f"{drugs[name].name} is for {words} disease, and HER2 status is not settled")
    broken = {one.rule for one in found}
    risks = named_risks_of(regimen, tumour.profile, blocks=False, drugs=drugs)
    remarks += [one.reason for one in risks if one.rule not in broken]
    remarks += [one.reason for one in not_authorised(regimen, tumour.profile, tumour.knowledge)]
    remarks += _remarks(tumour, regimen, case)
    return Eligibility(regimen, tuple(found), tuple(remarks))


def needed_classes(drug: Drug, knowledge: Knowledge) -> frozenset[Requirement]:
    """Return the HER2 classes of which a tumour must have one for `drug`; empty if any tumour will do.

    They are those for which a regimen of the catalogue uses the drug. One that acts on other targets too
    and stands in no regimen has no such need.
    """
    targets = {item.target for item in drug.targets}
    if _TARGET not in targets:
        return frozenset()
    uses = (use for item in knowledge.regimens.values() if drug.id in item.drug_ids for use in item.uses)
    listed = frozenset(use.her2_class for use in uses)
    if "HER2-negative" in listed:
        return frozenset()
    return listed or (_ANY_HER2 if targets == {_TARGET} else frozenset())


def _either(words: list[Requirement]) -> str:
    """Return "a, b or c"."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _remarks(tumour: Tumour, regimen: Regimen, case: Case) -> list[str]:
    """Return what must be said of a regimen that is given all the same."""
    profile, knowledge = tumour.profile, tumour.knowledge
    absent = sorted(set(profile.preferences.not_available).intersection(regimen.drug_ids))
    found = [f"{knowledge.drugs[name].name} is not available here" for name in absent]
    repeated = repeats_failure(regimen, failed_drugs(profile, knowledge), knowledge.drugs)
    if repeated is not None:
        found.append(f"the tumour {repeated}")
    where = f"the {case.setting} setting" + (f", {case.line}" if case.line else "")
    uses = regimen.uses_in(case.setting, case.line)
    if not uses:
        found.append(f"no listed use in {where}")
    elif not any(case.facts.issuperset(use.requires) for use in uses):
        found.append(f"its use in {where} {' and '.join(one.reason for one in unmet(case, uses))}")
    return found


def rules_for(profile: Profile, knowledge: Knowledge) -> Callable[[Regimen], tuple[str, ...]]:
    """Return the rules of the profile: what they say against a regimen."""
    tumour = Tumour.from_profile(profile, parameter_draws=1, marker_draws=1, knowledge=knowledge)
    case = case_for(tumour)
    absent = frozenset(profile.preferences.not_available)

    def broken(regimen: Regimen) -> tuple[str, ...]:
        missing = sorted(absent.intersection(regimen.drug_ids))
        return (
            *(f"{knowledge.drugs[name].name} is not available here" for name in missing),
            *eligibility(tumour, regimen, case).reasons,
        )

    return broken

"""What the patient's own history and state say against a regimen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.risks import load_risks
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.risk import Risk
from erbium.profile import Profile


def failed_drugs(profile: Profile, knowledge: Knowledge) -> frozenset[str]:
    """Return the drugs under which the tumour progressed, by id.

    A treatment that Erbium does not know by name is passed over: its drugs are not among the options.
    """
    failed: set[str] = set()
    for earlier in profile.prior_therapies:
        if earlier.reason_ended == "progression" or earlier.best_response.value == "PD":
            for name in [earlier.regimen] if earlier.regimen else list(earlier.drugs):
                try:
                    regimen = resolve_regimen(name, knowledge.regimens, knowledge.drugs)
                except (UnknownName, DataError):
                    continue
                failed.update(regimen.drug_ids)
    return frozenset(failed)


def repeats_failure(regimen: Regimen, failed: frozenset[str], drugs: Mapping[str, Drug]) -> str | None:
    """Return why `regimen` brings nothing new after what failed; None if it does.

    Naked antibodies are continued beyond progression with a new partner, and so are other drugs; a
    regimen of which every drug has failed is not offered again, nor a conjugate that has failed.
    """
    again = [drugs[name] for name in regimen.drug_ids if name in failed]
    if len(again) == len(regimen.drug_ids):
        return "progressed on " + " + ".join(drug.name for drug in again)
    conjugates = [drug.name for drug in again if drug.drug_class == "adc"]
    return f"progressed on {', '.join(conjugates)}" if conjugates else None


def risks_of(regimen: Regimen, profile: Profile, *, blocks: bool) -> list[str]:
    """Return what in the patient counts against `regimen`: what rules it out, or what to say first."""
    return [
        risk.text.format(lvef=profile.person.lvef.value)
        for risk in load_risks()
        if risk.blocks is blocks and _applies(risk, regimen) and _holds(risk, profile)
    ]


def _applies(risk: Risk, regimen: Regimen) -> bool:
    return risk.caution in regimen.cautions or bool(set(risk.drugs).intersection(regimen.drug_ids))


def _holds(risk: Risk, profile: Profile) -> bool:
    person = profile.person
    if risk.lvef_below is not None and not (
        person.lvef.value is not None and person.lvef.value < risk.lvef_below
    ):
        return False
    toxicities = [word for earlier in profile.prior_therapies for word in earlier.toxicities]
    return (
        _mentioned(risk.comorbidity, person.comorbidities)
        and _mentioned(risk.earlier_toxicity, toxicities)
        and (not risk.menopausal or person.menopausal.value in risk.menopausal)
    )


def _mentioned(words: tuple[str, ...], texts: tuple[str, ...] | list[str]) -> bool:
    """Return whether one of `words` stands in `texts` as a whole word; true without words."""
    said = " ".join(texts)
    return not words or any(re.search(rf"\b{re.escape(word)}\b", said, re.IGNORECASE) for word in words)

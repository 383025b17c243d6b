"""What the patient's own history and state say against a regimen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from erbium.advise.refusal import Broken
from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.risks import load_risks
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.risk import Risk
from erbium.profile import Profile

#: How a text begins that says an illness is absent.
_ABSENT = re.compile(r"\s*(?:no|not|without|never|excluded)\b", re.IGNORECASE)


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


def risks_of(
    regimen: Regimen, profile: Profile, *, blocks: bool, drugs: Mapping[str, Drug] | None = None
) -> list[str]:
    """Return what in the patient counts against `regimen`: what rules it out, or what to say first."""
    return [one.reason for one in named_risks_of(regimen, profile, blocks=blocks, drugs=drugs)]


def named_risks_of(
    regimen: Regimen, profile: Profile, *, blocks: bool, drugs: Mapping[str, Drug] | None = None
) -> list[Broken]:
    """Return the rules that count against `regimen` with reason and fact, each once.

    Parameters
    ----------
    blocks
        Whether the rules that rule a regimen out are wanted, or those that are said first.
    drugs
        The drugs of the regimen; the shipped ones if None.
    """
    known = load_knowledge().drugs if drugs is None else drugs
    found = [
        _broken(risk, profile)
        for risk in load_risks()
        if risk.blocks is blocks
        and not risk.undecided
        and _applies(risk, regimen, known)
        and _holds(risk, profile)
    ]
    return list({(one.rule, one.reason): one for one in reversed(found)}.values())[::-1]


def undecided_of(regimens: Iterable[Regimen], profile: Profile, drugs: Mapping[str, Drug]) -> list[Broken]:
    """Return the rules that cannot be decided for some of `regimens`, since a fact was not reported."""
    given = list(regimens)
    return [
        _broken(risk, profile)
        for risk in load_risks()
        if risk.undecided and _holds(risk, profile) and any(_applies(risk, item, drugs) for item in given)
    ]


def _broken(risk: Risk, profile: Profile) -> Broken:
    person = profile.person
    reason = risk.text.format(lvef=person.lvef.value, ecog=person.ecog.value)
    return Broken(risk.rule, reason, "; ".join(_facts(risk, profile)), risk.source, risk.status)


def _facts(risk: Risk, profile: Profile) -> list[str]:
    """Return what in the profile a risk that holds rests on."""
    person, found = profile.person, []
    if risk.lvef_below is not None:
        found.append(f"LVEF {person.lvef.value:g} %")
    if risk.lvef_unknown:
        found.append("LVEF not reported")
    if risk.gene_unknown is not None:
        found.append(f"{risk.gene_unknown} not tested")
    if risk.ecog_from is not None:
        found.append(f"ECOG {person.ecog.value}")
    if risk.brain_metastases:
        found.append(f"brain metastases {profile.disease.brain_metastases.value}")
    if risk.lost_gene is not None:
        found.append(f"{risk.lost_gene}: {risk.copies_lost} of 2 copies lost")
    if risk.comorbidity:
        found += [text for text in person.comorbidities if _mentioned(risk.comorbidity, [text])]
    if risk.earlier_toxicity:
        found += [
            f"{word} under {earlier.name}"
            for earlier in profile.prior_therapies
            for word in earlier.toxicities
            if _mentioned(risk.earlier_toxicity, [word])
        ]
    if risk.menopausal:
        found.append(f"menopausal state {person.menopausal.value}")
    return found


def _applies(risk: Risk, regimen: Regimen, drugs: Mapping[str, Drug]) -> bool:
    given = [drugs[name] for name in regimen.drug_ids if name in drugs]
    classes = {drug.drug_class for drug in given}
    cautions = {*regimen.cautions, *(item for drug in given for item in drug.toxicities)}
    if set(risk.without_drugs).intersection(regimen.drug_ids):
        return False
    return (
        risk.caution in cautions
        or bool(set(risk.drugs).intersection(regimen.drug_ids))
        or bool(classes.intersection(risk.drug_classes))
    )


def _holds(risk: Risk, profile: Profile) -> bool:
    person = profile.person
    if risk.lvef_below is not None and not (
        person.lvef.value is not None and person.lvef.value < risk.lvef_below
    ):
        return False
    if risk.lost_gene is not None and min(copies_lost(profile, risk.lost_gene), 2) != risk.copies_lost:
        return False
    if risk.lvef_unknown and person.lvef.value is not None:
        return False
    if risk.gene_unknown is not None and _gene_known(risk, profile):
        return False
    if risk.ecog_from is not None and not (
        person.ecog.value is not None and person.ecog.value >= risk.ecog_from
    ):
        return False
    if risk.brain_metastases and profile.disease.brain_metastases.value not in risk.brain_metastases:
        return False
    illnesses = [text for text in person.comorbidities if not _ABSENT.match(text)]
    without = risk.comorbidity_without
    illnesses = [text for text in illnesses if not (without and _mentioned(without, [text]))]
    toxicities = [word for earlier in profile.prior_therapies for word in earlier.toxicities]
    return (
        _mentioned(risk.comorbidity, illnesses)
        and _mentioned(risk.earlier_toxicity, toxicities)
        and (not risk.menopausal or person.menopausal.value in risk.menopausal)
    )


def _gene_known(risk: Risk, profile: Profile) -> bool:
    """Return whether something of an inherited gene was reported, by variant, panel, or in words."""
    words = tuple(
        word for other in load_risks() if other.caution == risk.caution for word in other.comorbidity
    )
    told = bool(words) and _mentioned(words, profile.person.comorbidities)
    return told or profile.gene_state(risk.gene_unknown or "") != "not tested"


def copies_lost(profile: Profile, gene: str) -> int:
    """Return how many inherited copies of `gene` are lost by variants that are classified as loss."""
    lost = [
        variant
        for variant in profile.variants
        if variant.gene == gene and variant.effect == "loss" and variant.origin in (None, "germline")
    ]
    return sum(2 if variant.zygosity in ("homozygous", "hemizygous") else 1 for variant in lost)


def _mentioned(words: tuple[str, ...], texts: tuple[str, ...] | list[str]) -> bool:
    """Return whether one of `words` stands in `texts` as a whole word; true without words."""
    said = " ".join(texts)
    return not words or any(re.search(rf"\b{re.escape(word)}\b", said, re.IGNORECASE) for word in words)

"""Where the drugs of a regimen are approved, as far as is recorded; what is not recorded is said."""

from __future__ import annotations

from typing import Any

from erbium.advise.refusal import Broken
from erbium.knowledge import Knowledge
from erbium.knowledge.regions import load_regions
from erbium.knowledge.schema.drug import RegionName
from erbium.knowledge.schema.regimen import Regimen
from erbium.profile import Profile

RULE = "region"


def region_of(profile: Profile) -> RegionName | None:
    """Return the region of a profile; None if none is named, or one without records."""
    return load_regions().get(profile.preferences.region or "")


def not_authorised(regimen: Regimen, profile: Profile, knowledge: Knowledge) -> list[Broken]:
    """Return the drugs that are recorded as not approved where the patient is.

    A drug without a record is not refused: silence of the records is no refusal of an agency.
    """
    region = region_of(profile)
    if region is None:
        return []
    return [
        Broken(
            RULE,
            f"{drug.name} is not approved in {region.name} ({entry.text})",
            f"region {profile.preferences.region}",
            entry.source,
            _status(entry.source, knowledge),
        )
        for drug in (knowledge.drugs[name] for name in regimen.drug_ids)
        for entry in drug.approvals
        if entry.region == region.code and not entry.granted
    ]


def approval_json(regimen: Regimen, profile: Profile, setting: str, knowledge: Knowledge) -> dict[str, Any]:
    """Return what is recorded of the approval of each drug in the region of a profile.

    ``state`` is ``recorded`` (an approval in this setting; whether this very use is covered is for the reader
    of ``text``), ``other setting``, ``not approved`` or ``not recorded``.
    """
    region = region_of(profile)
    if region is None:
        return {"region": profile.preferences.region, "name": None, "drugs": []}
    # What is left after neoadjuvant treatment is treated as adjuvant disease too.
    settings = {setting, "adjuvant"} if setting == "residual" else {setting}
    rows = []
    for name in regimen.drug_ids:
        drug = knowledge.drugs[name]
        entries = [entry for entry in drug.approvals if entry.region == region.code]
        here = [entry for entry in entries if entry.granted and entry.setting in settings]
        refused = [entry for entry in entries if not entry.granted]
        kept = refused or here or entries
        state = (
            "not approved" if refused else "recorded" if here else "other setting" if kept else "not recorded"
        )
        rows.append(
            {
                "drug": name,
                "name": drug.name,
                "state": state,
                "uses": [
                    {
                        "setting": entry.setting,
                        "year": entry.year,
                        "text": entry.text,
                        "source": entry.source,
                        "status": _status(entry.source, knowledge),
                    }
                    for entry in kept
                ],
            }
        )
    return {"region": profile.preferences.region, "name": region.name, "drugs": rows}


def _status(source: str, knowledge: Knowledge) -> str | None:
    found = knowledge.sources.get(source)
    return None if found is None else found.status

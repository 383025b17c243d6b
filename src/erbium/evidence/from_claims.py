"""Claims of the reviews as items of evidence."""

from __future__ import annotations

import tomllib
from typing import Any

from erbium.knowledge.evidence_tables import claim_readings
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.biomarker import Leaf
from erbium.knowledge.schema.evidence import EvidenceItem

KINDS = ("biomarker", "drug-response", "resistance")
#: Clinical designs of which a review tells too little to count as more than fair.
_QUALITY = 2


def items_of_claims() -> list[EvidenceItem]:
    """Return one item for each claim that the table reads, in the order of the claims."""
    readings = claim_readings().read
    found = []
    for name, claim in claim_rows().items():
        reading = readings.get(name)
        if reading is None:
            continue
        contested = bool(claim.get("contested"))
        leaves = tuple(
            Leaf(marker=marker, present=reading.present, alterations=reading.alterations)
            for marker in reading.markers
        )
        found.append(
            EvidenceItem(
                id=f"claim:{name}",
                claim=claim["statement"],
                any_of=leaves if reading.any_of else (),
                all_of=() if reading.any_of else leaves,
                tumour=reading.tumour,
                setting=reading.setting,
                drugs=reading.drugs,
                drug_class=reading.drug_class,
                interaction=reading.interaction,
                effect=reading.effect,
                direction="neutral" if contested else reading.direction,
                directness=reading.directness,
                design=reading.design,
                quality=_QUALITY,
                reasons=("read in a review",),
                source=claim["source"],
                status="secondary",
                verification="via_review",
                note=claim.get("note") if contested else None,
                origin="claim",
            )
        )
    return found


def claim_rows() -> dict[str, dict[str, Any]]:
    """Return the claims by id as they stand in the files: their arms and expectations do not matter here."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((data_folder() / "claims").glob("*.toml")):
        rows: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8")).get("claims", [])
        found |= {row["id"]: row for row in rows}
    return found

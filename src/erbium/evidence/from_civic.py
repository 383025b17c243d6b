"""Rows of CIViC as items of evidence: every column is kept, so that a row can be written out again."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.evidence_tables import LEVELS, biomarker, civic_readings, reading_folder
from erbium.knowledge.molecules import name_key
from erbium.knowledge.schema.biomarker import Leaf
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.evidence import Design, Direction, Effect, EvidenceItem, Interaction
from erbium.knowledge.schema.evidence_reading import RowReading
from erbium.knowledge.schema.regimen import Level

#: The 25 columns of the table, in their order.
COLUMNS = (
    "molecular_profile", "molecular_profile_id", "disease", "doid", "phenotypes", "therapies",
    "therapy_interaction_type", "evidence_type", "evidence_direction", "evidence_level", "significance",
    "evidence_statement", "citation_id", "source_type", "asco_abstract_id", "citation", "nct_ids", "rating",
    "evidence_status", "evidence_id", "variant_origin", "last_review_date", "evidence_civic_url",
    "molecular_profile_civic_url", "is_flagged",
)  # fmt: skip
_DESIGNS: Mapping[str, Design] = {
    "A": "guideline", "B": "clinical", "C": "case", "D": "preclinical", "E": "statement",
}  # fmt: skip
_EFFECTS: Mapping[tuple[str, str], Effect] = {
    ("Predictive", "Sensitivity/Response"): "sensitivity",
    ("Predictive", "Resistance"): "resistance",
    ("Prognostic", "Better Outcome"): "better_outcome",
    ("Prognostic", "Poor Outcome"): "worse_outcome",
    ("Diagnostic", "Positive"): "diagnostic",
    ("Predisposing", "Predisposition"): "predisposition",
}
_DIRECTIONS: Mapping[str, Direction] = {"Supports": "supports", "Does Not Support": "disputes"}
_WORDS: Mapping[Effect, str] = {
    "sensitivity": "goes with sensitivity to",
    "resistance": "goes with resistance to",
    "no_predictive_effect": "makes no difference to",
    "better_outcome": "goes with a better outcome",
    "worse_outcome": "goes with a worse outcome",
    "no_prognostic_effect": "makes no difference to the outcome",
    "diagnostic": "marks the diagnosis",
    "predisposition": "predisposes to the disease",
}
_FLAGGED = "Flagged in CIViC: it counts for nothing until that is settled."
_CHANGE = re.compile(r"[A-Z]\d+(?:[A-Z*]|fs\S*)?")


def items_of_civic(drugs: Mapping[str, Drug], table: Path | None = None) -> list[EvidenceItem]:
    """Return one item for each row of the table, the shipped one without.

    Raises
    ------
    DataError
        A column is missing, or a row is of a kind that no rule reads; names the row.
    """
    file = table or reading_folder() / civic_readings().table
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t")
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise DataError("columns are missing.", file=file, key=", ".join(missing))
        index = {name_key(word): drug.id for drug in drugs.values() for word in drug.names}
        return [item_of(row, index, file) for row in reader]


def item_of(row: Mapping[str, str], index: Mapping[str, str], file: Path | str = "") -> EvidenceItem:
    """Return the item of one row; `index` gives the id of a drug by the key of each of its names."""
    where = f"evidence_id {row['evidence_id']}"
    readings = civic_readings()
    extra = readings.rows.get(row["evidence_id"], RowReading())
    leaves = leaves_of(row["molecular_profile"], extra.among)
    effect, direction = _effect(row, file, where)
    flagged = row["is_flagged"].casefold() == "true"
    direction = extra.direction or ("neutral" if flagged else direction)
    ids, others = _therapies(row["therapies"], index)
    tumour = readings.diseases.get(row["disease"], "other")
    level = row["evidence_level"]
    if level not in _DESIGNS:
        raise DataError(f'no level "{level}".', file=file, key=f"{where}, evidence_level", expected="A to E")
    interaction: Mapping[str, Interaction] = {
        "Combination": "combination", "Sequential": "sequential", "Substitutes": "substitutes",
    }  # fmt: skip
    design = extra.design or _DESIGNS[level]
    limit: Level | None = (
        "B" if level == "B" and design not in ("randomised", "randomised_subgroup") else None
    )
    limits = [given for given in (limit, extra.lowered_to) if given is not None]
    return EvidenceItem(
        id=f"civic:{row['evidence_id']}",
        claim=_claim(row, effect, direction),
        any_of=leaves if len(leaves) > 1 else (),
        all_of=leaves if len(leaves) == 1 else (),
        tumour=tumour,
        setting=extra.setting,
        line=extra.line,
        drugs=ids,
        other_drugs=others,
        interaction=interaction.get(row["therapy_interaction_type"]),
        effect=effect,
        direction=direction,
        design=design,
        n=extra.n,
        n_positive=extra.n_positive,
        measure=extra.measure,
        interaction_p=extra.interaction_p,
        directness="other_tumour" if tumour == "other" else "direct",
        quality=int(row["rating"]) if row["rating"].isdigit() and 1 <= int(row["rating"]) <= 5 else 3,
        approved=level == "A",
        lowered_to=max(limits, key=LEVELS.index, default=None),
        source=f"{row['citation']}, PMID {row['citation_id']} (CIViC EID {row['evidence_id']})",
        pmid=row["citation_id"] if re.fullmatch(r"\d{6,9}", row["citation_id"]) else None,
        nct=_first_nct(row["nct_ids"]),
        year=_year(row["citation"]),
        status="secondary",
        verification="database",
        note=" ".join(part for part in (_FLAGGED if flagged else "", extra.note) if part) or None,
        table_row={name: row[name] for name in COLUMNS},
        origin="civic",
    )


def leaves_of(profile: str, among: Iterable[str] = ()) -> tuple[Leaf, ...]:
    """Return the markers of a molecular profile, alternatives of one gene together."""
    found: dict[str, list[str]] = {}
    values = tuple(among)
    for part in profile.split(" OR "):
        marker, change = _marker(part.strip())
        changes = found.setdefault(marker, [])
        if change:
            changes.append(change)
    return tuple(
        Leaf(marker=marker, alterations=tuple(changes), among=values) for marker, changes in found.items()
    )


def _marker(part: str) -> tuple[str, str]:
    readings = civic_readings()
    if part in readings.profiles:
        return readings.profiles[part].marker, ""
    gene, _, rest = part.partition(" ")
    word = readings.words.get(rest.casefold())
    name = f"{gene}_{word or 'mutated'}"
    try:
        biomarker(name)
    except UnknownName as error:
        raise DataError(f'no marker for "{part}".', key="molecular_profile") from error
    if word:
        return name, ""
    return name, rest.removesuffix(" Mutation") if not _CHANGE.fullmatch(rest) else rest


def _effect(row: Mapping[str, str], file: Path | str, where: str) -> tuple[Effect, Direction]:
    kind, significance = row["evidence_type"], row["significance"]
    direction = _DIRECTIONS.get(row["evidence_direction"], "neutral")
    if (kind, significance) in _EFFECTS:
        return _EFFECTS[kind, significance], direction
    if significance == "Predisposition":
        return "predisposition", direction
    if significance in ("N/A", ""):
        # Without a significance, "does not support" says that nothing was seen.
        seen = direction == "disputes"
        if kind == "Prognostic":
            return "no_prognostic_effect", "supports" if seen else "neutral"
        return "no_predictive_effect", "supports" if seen else "neutral"
    raise DataError(f'no rule for {kind}, "{significance}".', file=file, key=f"{where}, significance")


def _therapies(text: str, index: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ids, others = [], []
    for name in (part.strip() for part in text.split(",")):
        known = index.get(name_key(name))
        if known is not None:
            ids.append(known)
        elif name:
            others.append(name)
    return tuple(ids), tuple(others)


def _claim(row: Mapping[str, str], effect: Effect, direction: Direction) -> str:
    joined = {"Combination": " with ", "Sequential": ", then "}.get(row["therapy_interaction_type"], " or ")
    therapies = joined.join(row["therapies"].split(",")).lower()
    told = f"{row['molecular_profile']} {_WORDS[effect]}"
    told += f" {therapies}" if effect in ("sensitivity", "resistance", "no_predictive_effect") else ""
    ends = {"supports": ".", "disputes": ": not borne out.", "neutral": ": left open."}
    return f"{told} ({row['disease']}){ends[direction]}"


def _first_nct(text: str) -> str | None:
    found = re.search(r"NCT\d{8}", text)
    return found.group(0) if found else None


def _year(citation: str) -> int | None:
    found = re.search(r"\b(19|20)\d{2}\b", citation)
    return int(found.group(0)) if found else None

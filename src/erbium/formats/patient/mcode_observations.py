"""Observations of a bundle: markers, variants, copy numbers, the genes that were studied."""

from __future__ import annotations

import re
from typing import Any

from erbium.formats.patient import fhir_parts as parts
from erbium.formats.patient import markers
from erbium.formats.patient.draft import Draft, Finding
from erbium.formats.patient.identity import tidy
from erbium.formats.patient.part import read_part
from erbium.formats.patient.record import record_result
from erbium.knowledge import genes

VARIANT, REGION = "69548-6", "53041-0"
TNM = ("21905-5", "21906-3", "21907-1", "21899-0", "21900-6", "21901-4")
GENE, CODING, PROTEIN, SOURCE_CLASS = "48018-6", "48004-6", "48005-3", "48002-0"
FRACTION, TRANSCRIPT, ALLELES, COPIES = "81258-6", "51958-7", "53034-5", "82155-3"
_PANELS = ("74885-5", "81247-9")
MAX_GENES = 2000
"""Most genes of a panel that are looked up."""
_SKIPPED_STATUS = ("entered-in-error", "cancelled")
_ORIGIN = {"somatic": "somatic", "germline": "germline"}


def read_observation(
    path: str, resource: dict[str, Any], draft: Draft, urls: dict[str, str], ignored: frozenset[str]
) -> None:
    """Add one Observation to the draft."""
    part = read_part(parts.Observation, resource, path, draft, ignored=ignored)
    if part is None:
        return
    name = part.code.label or "observation"
    if part.status in _SKIPPED_STATUS:
        draft.skip(path, name, f"status {part.status}")
        return
    if part.status == "preliminary":
        draft.note(f"{path}: the result is preliminary")
    specimen = (
        draft.specimen(urls.get(part.specimen.reference, part.specimen.reference)) if part.specimen else None
    )
    where = specimen.id if specimen else None
    if part.code.has("LOINC", VARIANT):
        _variant(part, path, draft, where)
    elif part.code.has("LOINC", REGION):
        _region(part, path, draft)
    elif part.code.has("LOINC", GENE) and not part.component:
        draft.skip(path, name, "a gene without a result")
    else:
        _marker(part, path, draft, where)


def _marker(part: parts.Observation, path: str, draft: Draft, specimen: str | None) -> None:
    value, unit = part.result()
    assay = part.method.label if part.method else None
    own = next((code for code in part.code.codes if code.startswith(markers.OWN)), "")
    if draft.trusted and own and _own(own, value, path, draft):
        return
    if any(part.code.has("LOINC", code) for code in TNM):
        text = draft.identity.scrub(value or "", 20)
        draft.find(Finding("disease.tnm", text, path, specimen=specimen, date=part.date))
        return
    if value is not None or not part.component:
        inferred = draft.trusted and bool(part.derived_from)
        record_result(
            draft,
            part.code.codes,
            part.code.labels,
            value,
            unit,
            path,
            assay=assay,
            specimen=specimen,
            date=part.date,
            inferred=inferred,
        )
    for index, component in enumerate(part.component):
        inner, inner_unit = component.result()
        record_result(
            draft,
            component.code.codes,
            component.code.labels,
            inner,
            inner_unit,
            f"{path}.component[{index}]",
            assay=assay,
            specimen=specimen,
            date=part.date,
        )


def _own(code: str, value: Any, path: str, draft: Draft) -> bool:
    field = code.removeprefix(markers.OWN)
    if field == "disease.sites":
        draft.sites.append(str(value))
    elif field in ("sequencing.panel", "sequencing.status"):
        draft.sequencing.append((path, {field.partition(".")[2]: tidy(value)}))
    elif field == "sequencing.copy_number_genes":
        draft.sequencing.append((path, {"copy_number_genes": [str(value)]}))
    else:
        return False
    return True


def _components(part: parts.Observation) -> dict[str, tuple[parts.Result, ...]]:
    found: dict[str, tuple[parts.Result, ...]] = {}
    for component in part.component:
        for code in component.code.codes:
            plain = code.removeprefix("LOINC:")
            found[plain] = (*found.get(plain, ()), component)
    return found


def _text(found: dict[str, tuple[parts.Result, ...]], code: str) -> str | None:
    value = found[code][0].result()[0] if found.get(code) else None
    return tidy(value, 200) if value is not None and str(value).strip() else None


def _gene(found: dict[str, tuple[parts.Result, ...]]) -> str | None:
    for component in found.get(GENE, ()):
        concept = component.value_codeable_concept
        for label in concept.labels if concept else ():
            return tidy(label, 20)
    return _text(found, GENE)


def _variant(part: parts.Observation, path: str, draft: Draft, specimen: str | None) -> None:
    found = _components(part)
    gene = _gene(found)
    if gene is None:
        draft.skip(path, "variant without a gene", "no component 48018-6 (gene studied)")
        return
    value, _ = part.result()
    answer = str(value or "").casefold()
    protein, cdna = _text(found, PROTEIN), _text(found, CODING)
    if protein is None:
        protein = _protein_of(found)
    base: dict[str, Any] = {"gene": gene, "specimen": specimen, "date": part.date}
    if "erbium:call" in found or "erbium:copies" in found or (COPIES in found and not protein and not cdna):
        copies, call = _number(found, "erbium:copies"), _number(found, "erbium:call")
        draft.copy_number.append(
            (
                path,
                {
                    **base,
                    "copies": copies if copies is not None else _number(found, COPIES),
                    "call": call,
                    "method": _text(found, "erbium:method"),
                    "status": _text(found, "erbium:status"),
                },
            )
        )
        return
    variant = {
        **base,
        "protein": _bare(protein),
        "cdna": _bare(cdna),
        "transcript": _text(found, TRANSCRIPT),
        "vaf": _number(found, FRACTION),
        "origin": _ORIGIN.get((_text(found, SOURCE_CLASS) or "").casefold()),
        "zygosity": _zygosity(_text(found, ALLELES)),
    }
    if answer in ("negative", "absent"):
        draft.absent.append((path, variant))
        draft.sequencing.append((path, {"genes": [genes.symbol(gene)], "panel": None}))
        draft.skip(path, f"{gene}: absent", "no variant; the gene counts as sequenced")
        return
    if answer not in ("positive", "present", ""):
        draft.skip(path, f"{gene}: {answer}", "neither present nor absent: not tested")
        return
    for name in ("effect", "clonality", "classified_by", "maf_class", "status", "origin"):
        own = _text(found, f"erbium:{name}")
        if own is not None and draft.trusted:
            variant[name] = own
    if not draft.trusted:
        variant["source"] = f"{draft.format}: {path}"
    if not variant["protein"] and not variant["cdna"] and not variant.get("maf_class"):
        draft.skip(path, f"variant of {gene}", "no protein (48005-3) and no coding change (48004-6)")
        return
    draft.variants.append((path, variant))


def _protein_of(found: dict[str, tuple[parts.Result, ...]]) -> str | None:
    """Return the protein change named in the display of a variation code (ClinVar)."""
    for component in found.get("81252-9", ()):
        concept = component.value_codeable_concept
        for label in concept.labels if concept else ():
            match = re.search(r"\((p\.[A-Za-z0-9_*=?]+)\)", label[:200])
            if match:
                return match[1]
    return None


def _bare(text: str | None) -> str | None:
    return text.rpartition(":")[2] if text else None


def _number(found: dict[str, tuple[parts.Result, ...]], code: str) -> Any:
    if code not in found:
        return None
    value, unit = found[code][0].result()
    try:
        number = float(value)
    except (TypeError, ValueError):
        return "no number"
    return number / 100 if unit == "%" else number


def _zygosity(text: str | None) -> str | None:
    word = (text or "").casefold()
    return next((kind for kind in ("heterozygous", "homozygous", "hemizygous") if kind in word), None)


def _region(part: parts.Observation, path: str, draft: Draft) -> None:
    studied: list[str] = []
    for component in _components(part).get(GENE, ()):
        concept = component.value_codeable_concept
        labels = [coding.display for coding in concept.coding if coding.display] if concept else []
        studied += labels or ([concept.text] if concept and concept.text else [])
    if len(studied) > MAX_GENES:
        draft.skip(path, "region studied", f"{len(studied)} genes are named, the first {MAX_GENES} are taken")
    known = [genes.symbol(tidy(name, 20)) for name in studied[:MAX_GENES]]
    fit = [name for name in known if name and all(letter.isalnum() or letter in "-." for letter in name)]
    if fit:
        draft.sequencing.append((path, {"genes": fit}))
    else:
        draft.skip(path, "region studied", "no gene is named (48018-6)")

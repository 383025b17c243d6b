"""Reads a MAF: the variants of each sample in it."""

from __future__ import annotations

from erbium.core.errors import DataError
from erbium.formats.patient.draft import Draft, check_patients
from erbium.formats.patient.identity import pseudonym, tidy
from erbium.formats.patient.source import MAX_TEXT, Source, too_large
from erbium.profile.cbioportal_mutations import read_mutations

FORMAT = "MAF"
MAX_SAMPLES = 5000


def read_maf(source: Source) -> list[Draft]:
    """Return what a MAF says, one draft per sample.

    Raises
    ------
    DataError
        It is packed, too large, no MAF, has no row with a sample, or too many samples.
    """
    if source.path.read_bytes()[:2] == b"\x1f\x8b":
        raise DataError("a packed MAF is not read.", file=source.path, expected="the file unpacked (gunzip)")
    if len(source.data) > MAX_TEXT:
        too_large(source.path, len(source.data), MAX_TEXT)
    found = read_mutations(source.path)
    if not found.variants:
        raise DataError(
            "no row of the MAF names its sample.", file=source.path, expected="Tumor_Sample_Barcode"
        )
    check_patients(len(found.variants), "Tumor_Sample_Barcode", MAX_SAMPLES)
    drafts = []
    for sample in found.variants:
        draft = Draft(FORMAT, key=sample)
        draft.id = pseudonym(sample, draft.identity)
        if draft.id is None:
            draft.identity.learn_id(sample)
        for entry in found.variants[sample]:
            draft.variants.append((str(entry["source"]), {**entry, "source": str(entry["source"])}))
        for problem in found.errors.get(sample, []):
            draft.errors.append(
                DataError(
                    draft.identity.scrub(problem.message, 200),
                    key=problem.key,
                    expected=problem.expected,
                    nearest=problem.nearest,
                    hint=problem.hint,
                )
            )
        for name, count in found.skipped.get(sample, {}).items():
            draft.skip("rows", f"{count} x {tidy(name, 40)}", "no change of a protein")
        for place, problem in found.without_sample:
            draft.skip(place.rpartition(" line ")[2], "row without a sample", problem.expected or "no sample")
        draft.note("genes without a variant stay not tested: a MAF does not say what was sequenced")
        drafts.append(draft)
    return drafts

"""What no single field can say: fields that contradict each other, and variants that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.core.errors import DataError
from erbium.knowledge import genes
from erbium.profile.disease import Disease, PriorTherapy
from erbium.profile.genome import CopyNumber, Variant
from erbium.profile.her2_status import her2_status, ish_group
from erbium.profile.measurement import Measurement
from erbium.profile.receptors import HER2
from erbium.profile.residues import check_variant
from erbium.profile.schema import Clone, Profile

ROUNDING = 0.05
"""Half a unit of the first decimal, to which ISH means are reported."""
FAINT_LIMIT_PERCENT = 10.0
MAX_CLONES = 4


def problems(profile: Profile) -> Iterator[DataError]:
    """Yield the contradictions of a profile, each with its key (no file)."""
    yield from her2_problems(profile.her2, "her2")
    for index, her2 in enumerate(profile.her2_history):
        yield from her2_problems(her2, f"her2_history[{index}]")
    yield from disease_problems(profile.disease)
    for index, variant in enumerate(profile.variants):
        yield from variant_problems(variant, f"variants[{index}]")
    for index, entry in enumerate(profile.copy_number):
        yield from copy_number_problems(entry, f"copy_number[{index}]")
    yield from prior_problems(profile.prior_therapies, profile.disease)
    yield from clone_problems(profile.clones)
    yield from specimen_problems(profile)
    if profile.immune.pdl1.known and not profile.immune.pdl1.assay:
        yield DataError(
            "a PD-L1 value without its assay.",
            key="immune.pdl1",
            expected='pdl1 = {value = 10, unit = "CPS", assay = "22C3"} (SP142, 22C3, SP263 or 28-8)',
        )


def warnings(profile: Profile) -> Iterator[str]:
    """Yield what is worth saying and is no error."""
    status = her2_status(profile.her2)
    if status.disagreement:
        yield f"her2.status: {status.disagreement}"
    yield from (f"her2: {note}" for note in status.notes if "discordant" in note)
    for index, variant in enumerate(profile.variants):
        known = genes.gene(variant.gene)
        if variant.protein and known and known.modelled:
            checked = check_variant(variant.gene, variant.protein, variant.transcript)
            if checked.residue == "not checked" and checked.why != "no residue stated":
                yield f"variants[{index}] {checked.name}: residue not checked ({checked.why})."


def _same_specimen(*values: Measurement[float]) -> bool:
    specimens = {value.specimen for value in values if value.specimen}
    dates = {value.date for value in values if value.date}
    return len(specimens) <= 1 and len(dates) <= 1


def her2_problems(her2: HER2, key: str) -> Iterator[DataError]:
    """Yield the contradictions between the HER2 fields."""
    ratio, copies, cep17 = her2.ish_ratio.value, her2.copies.value, her2.cep17.value
    if cep17 is not None and cep17 <= 0:
        yield DataError("0 copies of chromosome 17.", key=f"{key}.cep17", expected="a number more than 0")
    elif ratio is not None and copies is not None and cep17 is not None:
        yield from _ratio_problems(her2, ratio, copies, cep17, key)
    yield from _ihc_problems(her2, key)
    yield from _ish_problems(her2, key)


def _ratio_problems(her2: HER2, ratio: float, copies: float, cep17: float, key: str) -> Iterator[DataError]:
    low = (copies - ROUNDING) / (cep17 + ROUNDING) - ROUNDING
    high = (copies + ROUNDING) / max(cep17 - ROUNDING, 0.01) + ROUNDING
    if low <= ratio <= high or not _same_specimen(her2.ish_ratio, her2.copies, her2.cep17):
        return
    quotient = f"{copies / cep17:.2f}"
    yield DataError(
        f"ratio {ratio:g} contradicts {copies:g} HER2 copies over {cep17:g} CEP17 (= {quotient}).",
        key=f"{key}.ish_ratio",
        expected="the ratio of copies to cep17, within rounding",
        nearest=quotient,
    )


def _ihc_problems(her2: HER2, key: str) -> Iterator[DataError]:
    ihc, percent = her2.ihc.value, her2.ihc_percent.value
    if ihc is None or percent is None:
        return
    if ihc in ("0", "0+") and percent > FAINT_LIMIT_PERCENT:
        yield DataError(
            f"IHC {ihc} with {percent:g}% of cells stained.",
            key=f"{key}.ihc_percent",
            expected="at most 10% of cells with score 0",
            nearest="1+",
        )
    if ihc == "0+" and percent == 0:
        yield DataError(
            "IHC 0+ with no cell stained.", key=f"{key}.ihc_percent", expected="IHC 0", nearest="0"
        )
    least = 30.0 if her2.edition == "2007" else FAINT_LIMIT_PERCENT
    if ihc == "3+" and percent <= least:
        yield DataError(
            f"IHC 3+ with {percent:g}% of cells stained.",
            key=f"{key}.ihc_percent",
            expected=f"more than {least:g}% of cells for score 3+",
            nearest="2+",
        )
    if ihc == "1+" and percent <= FAINT_LIMIT_PERCENT:
        yield DataError(
            f"IHC 1+ with {percent:g}% of cells stained.",
            key=f"{key}.ihc_percent",
            expected="more than 10% of cells for score 1+",
            nearest="0+",
        )


def _ish_problems(her2: HER2, key: str) -> Iterator[DataError]:
    ish, ratio, copies = her2.ish.value, her2.ish_ratio.value, her2.copies.value
    if ish is None or not _same_specimen(her2.ish_ratio, her2.copies):
        return
    if ish == "negative" and ratio is not None and copies is not None and ish_group(ratio, copies) == 1:
        yield DataError(
            f"ISH negative with ratio {ratio:g} and {copies:g} copies (group 1).",
            key=f"{key}.ish",
            expected="positive, or other counts",
            nearest="positive",
        )
    # A ratio below 2.0 alone does not contradict a positive result: six copies would make it positive.
    if ish == "positive" and ratio is not None and copies is not None and ish_group(ratio, copies) == 5:
        yield DataError(
            f"ISH positive with ratio {ratio:g} and {copies:g} copies (group 5).",
            key=f"{key}.ish",
            expected="negative, or other counts",
            nearest="negative",
        )


def disease_problems(disease: Disease) -> Iterator[DataError]:
    """Yield the contradictions within the disease block."""
    brain = disease.brain_metastases.value
    if brain == "none" and "brain" in disease.sites:
        yield DataError(
            'brain metastases "none", but the brain is among the sites.',
            key="disease.brain_metastases",
            expected="stable, active or leptomeningeal",
        )
    if disease.n_lesions.value == 0 and (disease.sum_of_diameters_mm.value or 0.0) > 0:
        yield DataError(
            "a sum of diameters without a lesion.", key="disease.n_lesions", expected="at least 1"
        )


def variant_problems(variant: Variant, key: str) -> Iterator[DataError]:
    """Yield what is wrong with one variant."""
    if variant.protein is None:
        if variant.cdna is None and variant.maf_class is None and variant.effect is None:
            yield DataError(
                f"a variant of {variant.gene} without a change.", key=key, expected='protein = "p.L755S"'
            )
        return
    try:
        check_variant(variant.gene, variant.protein, variant.transcript)
    except DataError as error:
        yield DataError(
            error.message,
            key=f"{key}.protein",
            expected=error.expected,
            nearest=error.nearest,
            hint=error.hint,
        )


def copy_number_problems(entry: CopyNumber, key: str) -> Iterator[DataError]:
    """Yield what is wrong with one copy number."""
    if entry.copies is None and entry.call is None:
        yield DataError(f"no copy number for {entry.gene}.", key=key, expected="copies or call")
    if entry.call is not None and entry.call not in (-2, -1.5, -1, 0, 1, 2):
        yield DataError(
            f"call {entry.call:g} of {entry.gene}.",
            key=f"{key}.call",
            expected="-2, -1, 0, 1 or 2",
            nearest=f"{round(entry.call):g}",
        )
    elif entry.copies is not None and (
        (entry.call == 2 and entry.copies < 3) or (entry.call == -2 and entry.copies > 1.5)
    ):
        yield DataError(
            f"call {entry.call:g} contradicts {entry.copies:g} copies of {entry.gene}.",
            key=f"{key}.call",
            expected="one of the two, or values that agree",
        )


def prior_problems(prior: tuple[PriorTherapy, ...], disease: Disease) -> Iterator[DataError]:
    """Yield what is wrong with the earlier treatments."""
    for index, therapy in enumerate(prior):
        key = f"prior_therapies[{index}]"
        if not therapy.name:
            outcome = therapy.best_response.value
            yield DataError(
                f"a response ({outcome}) without a regimen." if outcome else "a treatment without a name.",
                key=key,
                expected='regimen = "..." or drugs = ["..."]',
            )
        yield from outcome_problems(therapy, key)
        if therapy.start and therapy.stop and therapy.stop < therapy.start[: len(therapy.stop)]:
            yield DataError(
                f"stopped {therapy.stop}, before it started {therapy.start}.",
                key=f"{key}.stop",
                expected=f"a date from {therapy.start}",
            )
        if (
            therapy.setting == "metastatic"
            and disease.setting == "metastatic"
            and therapy.line is not None
            and disease.line is not None
            and therapy.line >= disease.line
        ):
            yield DataError(
                f"line {disease.line} is to be given, but line {therapy.line} is already listed as given.",
                key="disease.line",
                expected=f"at least {therapy.line + 1}",
                nearest=str(therapy.line + 1),
            )


def outcome_problems(therapy: PriorTherapy, key: str) -> Iterator[DataError]:
    """Yield outcomes of an earlier treatment that contradict each other."""
    pathological = therapy.best_response.value in ("pCR", "non-pCR")
    if pathological and therapy.setting == "metastatic":
        yield DataError(
            f"best response {therapy.best_response.value} in the metastatic setting.",
            key=f"{key}.best_response",
            expected="CR, PR, SD or PD",
        )
    if therapy.rebiopsy is not None:
        both = sorted(set(therapy.rebiopsy.found).intersection(therapy.rebiopsy.not_found))
        if both:
            yield DataError(
                f"{', '.join(both)}: found and not found.",
                key=f"{key}.rebiopsy.found",
                expected="each mechanism in one of the two lists",
            )


def clone_problems(clones: tuple[Clone, ...]) -> Iterator[DataError]:
    """Yield what is wrong with the list of clones."""
    if not clones:
        return
    if len(clones) > MAX_CLONES:
        yield DataError(f"{len(clones)} clones.", key="clones", expected=f"at most {MAX_CLONES}")
    total = sum(clone.fraction for clone in clones)
    if abs(total - 1.0) > 0.01:
        yield DataError(f"the fractions of the clones sum to {total:g}.", key="clones", expected="a sum of 1")
    names = [clone.name for clone in clones]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield DataError(f'two clones are called "{name}".', key="clones", expected="different names")


def specimen_problems(profile: Profile) -> Iterator[DataError]:
    """Yield specimens that values name and that are not listed."""
    known = {specimen.id for specimen in profile.specimens}
    if not known:
        return
    for block_name in ("her2", "receptors", "protein", "rna", "immune", "person", "disease"):
        block = getattr(profile, block_name)
        for name in block.measured_fields():
            specimen = getattr(block, name).specimen
            if specimen and specimen not in known:
                yield DataError(
                    f'no specimen "{specimen}".',
                    key=f"{block_name}.{name}.specimen",
                    expected="one of " + ", ".join(sorted(known)),
                )

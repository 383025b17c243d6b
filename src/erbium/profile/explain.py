"""A profile in words: HER2 status and why, what was found, what was not tested, what is not modelled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from erbium.knowledge import genes
from erbium.profile import checks
from erbium.profile.her2_status import HER2Status, her2_status
from erbium.profile.measurement import Block, Measurement
from erbium.profile.residues import check_variant
from erbium.profile.schema import Profile


@dataclass(frozen=True)
class MissingTest:
    """A marker that would sharpen the answer and has no result."""

    marker: str
    status: Literal["not_tested", "unknown"]


@dataclass(frozen=True)
class Explanation:
    """What a profile says, and what it does not."""

    id: str
    her2: HER2Status
    facts: tuple[tuple[str, str], ...]
    inferred: tuple[str, ...]
    missing: tuple[MissingTest, ...]
    not_modelled: tuple[str, ...]
    warnings: tuple[str, ...]
    extras: tuple[str, ...]

    @property
    def not_tested(self) -> tuple[str, ...]:
        """Markers without a result, whether not tested or unknown."""
        return tuple(test.marker for test in self.missing)

    def json(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return {
            "id": self.id,
            "her2_status": self.her2.json(),
            "facts": dict(self.facts),
            "inferred": list(self.inferred),
            "not_tested": [{"marker": test.marker, "status": test.status} for test in self.missing],
            "not_modelled": list(self.not_modelled),
            "warnings": list(self.warnings),
            "extras": list(self.extras),
        }

    def text(self) -> str:
        """Return the explanation as lines of text."""
        her2 = self.her2
        lines = [f"Profile {self.id}", f"HER2: {her2.status} ({her2.label})", f"  {her2.rule}"]
        lines += [f"  {note}" for note in her2.notes]
        if her2.missing:
            lines.append(f"  Would make it firmer: {', '.join(her2.missing)}")
        if her2.disagreement:
            lines.append(f"  Disagreement: {her2.disagreement}")
        lines += [f"{name}: {value}" for name, value in self.facts]
        titles = {"Inferred": self.inferred, "Not tested": self.not_tested, "Not modelled": self.not_modelled}
        lines += [f"{title}: {', '.join(entries)}" for title, entries in titles.items() if entries]
        lines += [f"Warning: {warning}" for warning in self.warnings]
        if self.extras:
            lines.append(f"Kept without a place in the model: {', '.join(self.extras)}")
        return "\n".join(lines)


def explain(profile: Profile, *, modelled: Collection[str] | None = None) -> Explanation:
    """Return what the profile says.

    Parameters
    ----------
    profile
        The profile.
    modelled
        Symbols the model has a place for; by default those the gene files mark as such.
    """
    amplified = profile.copy_number_of("ERBB2")
    status = her2_status(profile.her2, amplified_by_sequencing=amplified is not None and amplified.amplified)
    return Explanation(
        id=profile.id,
        her2=status,
        facts=tuple(_facts(profile)),
        inferred=tuple(_inferred(profile)),
        missing=not_tested(profile),
        not_modelled=not_modelled(profile, modelled=modelled),
        warnings=tuple(checks.warnings(profile)),
        extras=tuple(sorted(profile.extras)),
    )


def not_modelled(profile: Profile, *, modelled: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the genes with a variant or an abnormal copy number that the model has no place for."""
    if modelled is None:
        modelled = {gene.symbol for gene in genes.all_genes().values() if gene.modelled}
    found = {variant.gene for variant in profile.variants}
    found |= {entry.gene for entry in profile.copy_number if entry.amplified or entry.deleted}
    found |= {fusion.gene for fusion in profile.fusions}
    return tuple(sorted(found - set(modelled)))


def not_tested(profile: Profile) -> tuple[MissingTest, ...]:
    """Return the markers without a result; not tested is never negative."""
    her2, protein = profile.her2, profile.protein

    def of(measurement: Measurement[Any]) -> Literal["not_tested", "unknown"]:
        return "not_tested" if measurement.status == "not_tested" else "unknown"

    missing: list[MissingTest] = []
    if not her2.p95_ratio.known and not her2.p95.known:
        ratio_or_call = her2.p95_ratio if her2.p95_ratio.status == "not_tested" else her2.p95
        missing.append(MissingTest("p95HER2", of(ratio_or_call)))
    if not protein.pten.known:
        missing.append(MissingTest("PTEN protein", of(protein.pten)))
    if profile.gene_state("PIK3CA") == "not tested":
        missing.append(MissingTest("PIK3CA", "not_tested"))
    if not profile.person.fcgr3a.known:
        missing.append(MissingTest("FCGR3A", of(profile.person.fcgr3a)))
    if not her2.heterogeneity_percent.known and not profile.clones:
        missing.append(MissingTest("HER2 heterogeneity", of(her2.heterogeneity_percent)))
    for gene, stain in (("CCND1", protein.cyclin_d1), ("RB1", protein.rb)):
        if not stain.known and not _looked_at(profile, gene):
            missing.append(MissingTest(gene, "not_tested"))
    if profile.gene_state("ESR1") == "not tested":
        missing.append(MissingTest("ESR1", "not_tested"))
    if not profile.immune.pdl1.known:
        missing.append(MissingTest("PD-L1", of(profile.immune.pdl1)))
    return tuple(missing)


def _looked_at(profile: Profile, gene: str) -> bool:
    if profile.gene_state(gene) != "not tested" or profile.copy_number_of(gene) is not None:
        return True
    return gene in profile.sequencing.copy_number_genes


def _facts(profile: Profile) -> list[tuple[str, str]]:
    disease = profile.disease
    facts = []
    if disease.setting:
        facts.append(("Setting", disease.setting + (f", line {disease.line}" if disease.line else "")))
    if disease.sites:
        facts.append(("Sites", ", ".join(disease.sites)))
    for title, block in (
        ("Person", profile.person),
        ("Receptors", profile.receptors),
        ("Proteins", profile.protein),
        ("RNA", profile.rna),
    ):
        shown = _shown(block)
        if shown:
            facts.append((title, shown))
    if profile.variants:
        facts.append(("Variants", ", ".join(_variant_name(variant) for variant in profile.variants)))
    copies = [_copies(entry) for entry in profile.copy_number if entry.amplified or entry.deleted]
    if copies:
        facts.append(("Copy number", ", ".join(copies)))
    if profile.prior_therapies:
        facts.append(("Earlier treatment", "; ".join(therapy.name for therapy in profile.prior_therapies)))
    if profile.clones:
        facts.append(("Clones", ", ".join(f"{clone.name} {clone.fraction:.0%}" for clone in profile.clones)))
    return facts


def _shown(block: Block) -> str:
    known = [
        (name, getattr(block, name).value) for name in block.measured_fields() if getattr(block, name).known
    ]
    return ", ".join(_worded(name, value) for name, value in known)


#: Field names as a reader knows them, with the unit behind the value.
_WORDS = {
    "age": ("age", ""), "ecog": ("ECOG", ""), "weight_kg": ("", " kg"), "height_cm": ("", " cm"),
    "albumin_g_L": ("albumin", " g/L"), "lvef": ("LVEF", " %"), "fcgr3a": ("FCGR3A", ""),
    "fcgr2a": ("FCGR2A", ""), "fcgr2b": ("FCGR2B", ""), "sex": ("", ""), "er_percent": ("ER", " %"),
    "pr_percent": ("PR", " %"), "ar_percent": ("AR", " %"), "er": ("ER", ""), "pr": ("PR", ""),
    "ki67": ("Ki-67", " %"), "pten": ("PTEN", ""), "rb": ("Rb", ""), "cyclin_d1": ("cyclin D1", ""),
}  # fmt: skip


def _worded(name: str, value: Any) -> str:
    label, unit = _WORDS.get(name, (name.replace("_", " "), ""))
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    if name == "menopausal":
        return f"{shown}menopausal" if shown in ("pre", "peri", "post") else shown
    return f"{label} {shown}{unit}".strip()


def _variant_name(variant: Any) -> str:
    change = variant.maf_class or variant.effect or variant.cdna or "variant"
    name = f"{variant.gene} {change}"
    if variant.protein:
        name = check_variant(variant.gene, variant.protein, variant.transcript).name
    return name + (f" (VAF {variant.vaf:.2f})" if variant.vaf is not None else "")


def _copies(entry: Any) -> str:
    return f"{entry.gene} {'amplified' if entry.amplified else 'deleted'}"


def _inferred(profile: Profile) -> list[str]:
    found = []
    for name in ("person", "disease", "her2", "receptors", "protein", "rna", "immune"):
        block: Block = getattr(profile, name)
        for key in block.measured_fields():
            value: Measurement[Any] = getattr(block, key)
            if value.status == "inferred":
                found.append(f"{name}.{key}")
    copies = [entry for entry in profile.copy_number if entry.status == "inferred"]
    found += [_copies(entry) for entry in copies if entry.amplified or entry.deleted]
    return found

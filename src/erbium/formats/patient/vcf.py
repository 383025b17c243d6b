"""Reads a VCF annotated by VEP (CSQ) or SnpEff (ANN): protein changes of the genes that Erbium knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from erbium.core.errors import DataError, nearest
from erbium.formats.patient.draft import Draft
from erbium.formats.patient.identity import is_code, tidy
from erbium.formats.patient.source import Source
from erbium.formats.patient.vcf_effects import Annotation, Layout, best_effect, layout_of, variant_of
from erbium.knowledge import genes

FORMAT = "VCF"
MAX_RECORDS = 1_000_000
MAX_VARIANTS = 500
MAX_ALLELES = 20
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_HINT = (
    "annotate it first: vep --input_file FILE --vcf --symbol --hgvs --canonical --output_file OUT.vcf, "
    "or snpEff ann GRCh38.99 FILE > OUT.vcf; Erbium does not map coordinates to proteins"
)


@dataclass
class _Header:
    layouts: list[Layout] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    normal: str | None = None
    tumour: str | None = None
    line: int = 0


def read_vcf(source: Source, sample: str | None = None) -> list[Draft]:
    """Return what a VCF says of one sample.

    Parameters
    ----------
    source
        The file.
    sample
        Sample column by its name or its position from 1; needed where there are several.

    Raises
    ------
    DataError
        It is no VCF, carries no annotation, has several samples and none is named, or is too long.
    """
    lines = source.lines()
    header = _header(lines, source)
    column = _column(header, sample, source)
    draft = Draft(FORMAT)
    if column is not None:
        # "TUMOUR" names a column, not a patient.
        draft.key = "" if _generic(header.samples[column]) else header.samples[column]
        draft.id = draft.key if is_code(draft.key) else None
        draft.identity.learn_id(*(name for name in header.samples if not _quotable(name)))
        if header.normal == header.samples[column]:
            draft.note("the sample is the normal one of the file's header")
    counts = _Counts()
    for number, line in lines:
        if number - header.line > MAX_RECORDS:
            raise DataError(
                f"more than {MAX_RECORDS} records.",
                file=source.path,
                expected="a file of coding variants",
                hint="bcftools view -f PASS",
            )
        if line.strip():
            _record(line, number, header, column, draft, counts)
    if not counts.records:
        draft.note("the VCF has no record: no variant, and no gene counts as sequenced")
    if counts.records and counts.records == counts.broken:
        raise DataError(
            "no record has the columns of the header.",
            file=source.path,
            key=f"line {header.line + 1}",
            expected="fields separated by tabs",
        )
    counts.report(draft)
    draft.note(
        "genes without a variant stay not tested: a VCF does not say what was sequenced (sequencing.genes)"
    )
    return [draft]


@dataclass
class _Counts:
    records: int = 0
    broken: int = 0
    filtered: int = 0
    absent: int = 0
    bare: int = 0
    silent: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    structural: int = 0
    dropped: int = 0

    def report(self, draft: Draft) -> None:
        """List what was passed over."""
        for count, what, why in (
            (self.broken, "record", "without the columns of the header"),
            (self.filtered, "record", "FILTER is not PASS"),
            (self.absent, "record", "the sample does not carry the allele"),
            (self.bare, "record", "without annotation"),
            (
                self.structural,
                "record",
                f"symbolic alleles, and more than {MAX_ALLELES} alleles, are not read",
            ),
            (self.dropped, "variant", f"beyond the first {MAX_VARIANTS}"),
        ):
            if count:
                draft.skip("records", f"{count} {what}{'' if count == 1 else 's'}", why)
        for name, count in self.silent.most_common(20):
            draft.skip("records", f"{count} x {name}", "no change of a protein")
        if self.elsewhere:
            shown = ", ".join(name for name, _ in self.elsewhere.most_common(20))
            total = self.elsewhere.total()
            what = f"{total} {'variant' if total == 1 else 'variants'} of other genes: {shown}"
            draft.skip("records", tidy(what), "genes Erbium does not know")


def _header(lines: Iterator[tuple[int, str]], source: Source) -> _Header:
    header = _Header()
    for number, line in lines:
        if number == 1 and not line.startswith("##fileformat=VCF"):
            raise DataError("not a VCF.", file=source.path, key="line 1", expected="##fileformat=VCFv4.x")
        if line.startswith("##"):
            layout = layout_of(line)
            if layout is not None:
                header.layouts.append(layout)
            match = re.match(r"##(normal|tumou?r)_sample=(\S+)", line)
            if match and match[1] == "normal":
                header.normal = match[2]
            elif match:
                header.tumour = match[2]
            continue
        columns = line.split("\t")
        if tuple(columns[:8]) != _FIXED:
            raise DataError(
                "the column line of the VCF is missing or broken.",
                file=source.path,
                key=f"line {number}",
                expected="#CHROM POS ID REF ALT QUAL FILTER INFO, separated by tabs",
            )
        header.samples, header.line = columns[9:], number
        break
    else:
        raise DataError("the VCF ends in its header.", file=source.path, expected="a line #CHROM POS ID ...")
    if not header.layouts:
        raise DataError(
            "the VCF is not annotated.",
            file=source.path,
            key="INFO",
            expected="CSQ of VEP or ANN of SnpEff",
            hint=_HINT,
        )
    return header


def _column(header: _Header, sample: str | None, source: Source) -> int | None:
    names = header.samples
    if sample is not None:
        if sample in names:
            return names.index(sample)
        if re.fullmatch(r"\d{1,4}", sample) and 1 <= int(sample) <= len(names):
            return int(sample) - 1
        raise DataError(
            "no such sample.",
            file=source.path,
            key="--sample",
            expected=f"one of {_listed(names)}" if names else "none: the VCF has no genotypes",
            nearest=nearest(sample, [name for name in names if _quotable(name)]),
        )
    if len(names) <= 1:
        return 0 if names else None
    raise DataError(
        f"{len(names)} samples.",
        file=source.path,
        key="--sample",
        expected=f"one of {_listed(names)}",
        nearest=_label(names.index(header.tumour), header.tumour) if header.tumour in names else None,
        hint="name the tumour with --sample, by its name or its position",
    )


def _generic(name: str) -> bool:
    return re.fullmatch(r"(?i)(tumou?r|sample|normal|germline|blood|plasma|ctdna)", name) is not None


def _quotable(name: str) -> bool:
    """Whether the name of a sample may stand in a message: a code, or a word for a kind of sample."""
    return _generic(name) or is_code(name)


def _label(index: int, name: str) -> str:
    return tidy(name, 40) if _quotable(name) else str(index + 1)


def _listed(names: list[str]) -> str:
    shown = (
        f"{index + 1} ({tidy(name, 40)})" if _quotable(name) else f"{index + 1} (its name may be a person's)"
        for index, name in enumerate(names[:20])
    )
    return ", ".join(shown) + (", ..." if len(names) > 20 else "")


def _record(
    line: str, number: int, header: _Header, column: int | None, draft: Draft, counts: _Counts
) -> None:
    counts.records += 1
    fields = line.split("\t")
    if len(fields) < 8 or (header.samples and len(fields) != 9 + len(header.samples)):
        counts.broken += 1
        return
    if fields[6] not in ("PASS", ".", ""):
        counts.filtered += 1
        return
    alleles = fields[4].split(",")
    info = dict(part.partition("=")[::2] for part in fields[7].split(";"))
    if len(alleles) > MAX_ALLELES or any(
        allele.startswith("<") or "[" in allele or "]" in allele for allele in alleles
    ):
        counts.structural += 1
        return
    if not any(layout.key in info for layout in header.layouts):
        counts.bare += 1
        return
    call = _call(fields, column)
    for position, allele in enumerate(alleles, start=1):
        if call is not None and not call.carries(position):
            counts.absent += 1
            continue
        effect = best_effect(info, header.layouts, fields[3], allele, len(alleles))
        if effect is None:
            counts.bare += 1
        elif effect.maf_class is None:
            counts.silent[tidy(effect.consequence.partition("&")[0], 40)] += 1
        elif genes.gene(effect.gene) is None:
            counts.elsewhere[tidy(effect.gene, 20)] += 1
        elif len(draft.variants) >= MAX_VARIANTS:
            counts.dropped += 1
        else:
            draft.variants.append((f"line {number}", _variant(effect, call, position, info, number)))


def _variant(
    effect: Annotation, call: _Call | None, position: int, info: dict[str, str], number: int
) -> dict[str, Any]:
    variant = variant_of(effect)
    variant["vaf"] = call.fraction(position) if call else None
    variant["origin"] = "somatic" if "SOMATIC" in info else None
    variant["source"] = f"VCF: line {number}"
    return variant


@dataclass(frozen=True)
class _Call:
    """What one sample column says of one record."""

    values: dict[str, str]

    def carries(self, position: int) -> bool:
        """Whether the sample carries an allele; a genotype that was not called does not."""
        genotype = self.values.get("GT")
        return genotype is None or str(position) in re.split(r"[/|]", genotype)

    def fraction(self, position: int) -> float | None:
        """Return the allele fraction from AF or AD, None where neither can be read."""
        try:
            if self.values.get("AF", ".") != ".":
                return round(
                    float(self.values["AF"].split(",")[position - 1].rstrip("%"))
                    / (100 if "%" in self.values["AF"] else 1),
                    4,
                )
            if self.values.get("FREQ", "").endswith("%"):
                return round(float(self.values["FREQ"].split(",")[position - 1].rstrip("%")) / 100, 4)
            depths = [int(part) for part in self.values.get("AD", "").split(",")]
            return round(depths[position] / sum(depths), 4) if sum(depths) > 0 and min(depths) >= 0 else None
        except (ValueError, IndexError):
            return None


def _call(fields: list[str], column: int | None) -> _Call | None:
    if column is None or len(fields) <= 9 + column:
        return None
    return _Call(dict(zip(fields[8].split(":"), fields[9 + column].split(":"), strict=False)))

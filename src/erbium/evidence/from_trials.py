"""Trial files as items of evidence: arms against arms, subgroups, and patients with and without a marker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from erbium.evidence.comparisons import RATE, rate_pairs, ratio_verdict
from erbium.evidence.identifiers import doi_in, pmid_in
from erbium.knowledge.base import Knowledge
from erbium.knowledge.evidence_tables import trial_readings
from erbium.knowledge.schema.biomarker import Leaf
from erbium.knowledge.schema.criterion import Criterion
from erbium.knowledge.schema.evidence import (
    Design,
    Direction,
    Effect,
    EvidenceItem,
    Measure,
    Tumour,
    Verification,
)
from erbium.knowledge.schema.number import Status
from erbium.knowledge.schema.regimen import Line
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.schema.trial_notes import PublishedPrognostic
from erbium.knowledge.schema.trial_results import Published, PublishedRatio
from erbium.knowledge.trials import load_trials, treatment_of

#: Rates that are shown for a trial without a control arm.
_RESPONSES = ("ORR", "pCR")
_READ: Mapping[Status, Verification] = {
    "verified": "abstract", "secondary": "report", "unverified": "unverified",
}  # fmt: skip
_Result: TypeAlias = PublishedRatio | Published | PublishedPrognostic
_LINES: tuple[Line, ...] = ("1L", "2L", "3L+")


@dataclass(frozen=True)
class _Context:
    """A trial with the drugs of its arms and what its patients have in common."""

    trial: Trial
    drugs: dict[str, tuple[str, ...]]
    tumour: Tumour
    marker: str

    @property
    def line(self) -> Line | None:
        line = self.trial.population.line
        return _LINES[min(line, 3) - 1] if line and self.trial.setting == "metastatic" else None


def items_of_trials(knowledge: Knowledge) -> list[EvidenceItem]:
    """Return the items of the shipped trials, in the order of the files."""
    found: list[EvidenceItem] = []
    for trial in load_trials().values():
        reading = trial_readings().populations.get(trial.population.spec)
        if reading is None:
            continue
        drugs = {arm.name: tuple(treatment_of(arm, arm.name, knowledge).drug_ids) for arm in trial.arm}
        context = _Context(trial, drugs, reading.tumour, reading.marker)
        found += _ratios(context)
        found += _rates(context)
        found += _responses(context)
        found += _pairs(context)
        found += _prognostic(context)
    return found


def _ratios(context: _Context) -> Iterator[EvidenceItem]:
    for place, ratio in enumerate(context.trial.published_ratio):
        leaf = _leaf(ratio.subgroup) if ratio.subgroup else Leaf(marker=context.marker)
        if leaf is None:
            continue
        trial = context.trial
        planned = ratio.subgroup is None or ratio.subgroup.attribute in trial.design.stratify_by
        design: Design = "cohort"
        if trial.randomised:
            design = "randomised" if ratio.subgroup is None else "randomised_post_hoc"
            design = "randomised_subgroup" if ratio.subgroup is not None and planned else design
        where = f", in those with {ratio.subgroup.text}" if ratio.subgroup else ""
        verdict = ratio_verdict(trial, ratio)
        arms = f"{ratio.arm} against {ratio.versus}"
        yield _item(
            context,
            f"ratio-{place}",
            f"{trial.name}: {ratio.endpoint} hazard ratio of {arms}{where}{verdict.words}.",
            (leaf,),
            drugs=context.drugs[verdict.arm],
            comparator=verdict.versus,
            effect="sensitivity",
            direction="supports" if verdict.clear else "neutral",
            design=design,
            n=ratio.n or (trial.design.patients if ratio.subgroup is None else None),
            endpoint=ratio.endpoint,
            measure=Measure(name="HR", value=ratio.hazard_ratio, low=ratio.low, high=ratio.high),
            result=ratio,
        )


def _rates(context: _Context) -> Iterator[EvidenceItem]:
    trial = context.trial
    for place, pair in enumerate(rate_pairs(trial)):
        arm, versus = pair.one.arm, pair.other.arm
        how = f" ({pair.one.definition})" if pair.one.definition else ""
        yield _item(
            context,
            f"rates-{place}",
            f"{trial.name}: {RATE} under {arm} against {versus}{how}{pair.verdict.words}.",
            (Leaf(marker=context.marker),),
            drugs=context.drugs[arm],
            comparator=versus,
            effect="sensitivity",
            direction="supports" if pair.verdict.clear else "neutral",
            design="randomised",
            n=pair.n,
            endpoint=RATE,
            measure=_figure(pair.one, pair.other.value),
            result=pair.weaker,
            note=pair.note,
        ).model_copy(
            update=dict(zip(("source", "pmid", "doi"), (pair.source, *pair.identifiers), strict=True))
        )


def _responses(context: _Context) -> Iterator[EvidenceItem]:
    trial = context.trial
    if trial.randomised:
        return
    for place, figure in enumerate(trial.published):
        if figure.subgroup is not None or figure.endpoint not in _RESPONSES:
            continue
        yield _item(
            context,
            f"rate-{place}",
            f"{trial.name}: {figure.endpoint} under {figure.arm}, without a control arm.",
            (Leaf(marker=context.marker),),
            drugs=context.drugs[figure.arm],
            effect="sensitivity",
            direction="neutral",
            design="single_arm",
            n=figure.n,
            endpoint=figure.endpoint,
            measure=_figure(figure),
            result=figure,
        )


def _pairs(context: _Context) -> Iterator[EvidenceItem]:
    """Yield patients with a marker against those without, under one treatment: it does not tell why."""
    seen: set[tuple[str, str, str, int | None]] = set()
    figures = [figure for figure in context.trial.published if figure.subgroup is not None]
    for place, figure in enumerate(figures):
        group = figure.subgroup
        if group is None or group.equals is False:
            continue
        key = (figure.arm, figure.endpoint, group.attribute, figure.year)
        others = [
            other
            for other in figures
            if other is not figure
            and other.subgroup is not None
            and (other.arm, other.endpoint, other.subgroup.attribute, other.year) == key
        ]
        leaf = _leaf(group)
        if leaf is None or len(others) != 1 or key in seen:
            continue
        seen.add(key)
        other = others[0]
        apart = _apart(figure, other)
        better = figure.value >= other.value
        yield _item(
            context,
            f"group-{place}",
            f"{context.trial.name}: {figure.endpoint} under {figure.arm} in those with {group.text}, "
            "against the others.",
            (leaf,),
            drugs=context.drugs[figure.arm],
            effect="better_outcome" if better else "worse_outcome",
            direction="supports" if apart else "neutral",
            design="randomised_post_hoc" if context.trial.randomised else "cohort",
            n=figure.n + other.n if figure.n and other.n else None,
            n_positive=figure.n if figure.n and other.n else None,
            endpoint=figure.endpoint,
            measure=_figure(figure, other.value),
            result=figure,
        )


def _apart(one: Published, other: Published) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high


def _prognostic(context: _Context) -> Iterator[EvidenceItem]:
    for place, row in enumerate(context.trial.published_prognostic):
        reading = trial_readings().prognostic.get(row.marker)
        if reading is None:
            continue
        effect, direction = _outcome(row, reading.sign)
        arms = row.arms or context.trial.arm_names
        drugs = tuple(dict.fromkeys(drug for arm in arms for drug in context.drugs[arm]))
        yield _item(
            context,
            f"marker-{place}",
            f"{context.trial.name}: {row.endpoint} by {row.marker.replace('_', ' ')}, {row.arm}.",
            (Leaf(marker=reading.marker, among=reading.among),),
            drugs=drugs if len(arms) == 1 else (),
            effect=effect,
            direction=direction,
            design="randomised_post_hoc" if context.trial.randomised else "cohort",
            n=row.n,
            endpoint=row.endpoint,
            measure=_reported(row),
            result=row,
        )


def _outcome(row: PublishedPrognostic, sign: int) -> tuple[Effect, Direction]:
    if row.hazard_ratio is None:
        return "no_prognostic_effect", "neutral"
    lower_risk = (row.hazard_ratio < 1.0) == (sign > 0)
    clear = (row.ratio_high is not None and row.ratio_high < 1.0) or (
        row.ratio_low is not None and row.ratio_low > 1.0
    )
    return ("better_outcome" if lower_risk else "worse_outcome"), ("supports" if clear else "neutral")


def _reported(row: PublishedPrognostic) -> Measure | None:
    if row.hazard_ratio is not None:
        return Measure(name="HR", value=row.hazard_ratio, low=row.ratio_low, high=row.ratio_high)
    if row.value is None:
        return None
    return Measure(name=row.endpoint, value=row.value, low=row.low, high=row.high, unit=row.unit or "1")


def _figure(figure: Published, against: float | None = None) -> Measure:
    return Measure(
        name=figure.endpoint,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        against=against,
    )


def _leaf(criterion: Criterion) -> Leaf | None:
    """Return a subgroup as a marker; None where no marker stands for the attribute."""
    reading = trial_readings().attributes.get(criterion.attribute)
    if reading is None:
        return None
    if isinstance(criterion.equals, bool):
        return Leaf(marker=reading.marker, present=criterion.equals)
    given = criterion.among or ((criterion.equals,) if criterion.equals is not None else ())
    words = tuple(reading.words.get(str(value), str(value)) for value in given)
    if not words:
        return None
    other = reading.other
    marker = other.marker if other and set(other.values) & {str(value) for value in given} else reading.marker
    return Leaf(marker=marker, among=words)


def _item(
    context: _Context,
    name: str,
    claim: str,
    leaves: tuple[Leaf, ...],
    *,
    drugs: tuple[str, ...],
    effect: Effect,
    direction: Direction,
    design: Design,
    n: int | None,
    endpoint: str,
    measure: Measure | None,
    result: _Result,
    comparator: str | None = None,
    n_positive: int | None = None,
    note: str | None = None,
) -> EvidenceItem:
    trial = context.trial
    return EvidenceItem(
        id=f"trial:{trial.id}:{name}",
        claim=claim,
        all_of=leaves,
        tumour=context.tumour,
        setting=trial.setting,
        line=context.line,
        drugs=drugs,
        interaction="combination" if len(drugs) > 1 else None,
        comparator=comparator,
        comparator_drugs=context.drugs[comparator] if comparator is not None else (),
        effect=effect,
        direction=direction,
        design=design,
        n=n,
        n_positive=n_positive,
        endpoint=endpoint,
        measure=measure,
        source=result.source,
        pmid=pmid_in(result.source),
        doi=doi_in(result.source),
        nct=trial.nct,
        year=result.year,
        status=result.status,
        verification=_verification(trial, result),
        quality=4 if trial.randomised else 3,
        note=note or getattr(result, "note", None),
        origin="trial",
    )


def _verification(trial: Trial, result: _Result) -> Verification:
    """Return in what a figure was read.

    A derived one is as good as what it was derived from: the abstract, if verified figures stand in the same
    paper; else a report, as a curve that was drawn again is.
    """
    if result.status != "derived":
        return _READ[result.status]
    told = pmid_in(result.source) or doi_in(result.source)
    rows: tuple[_Result, ...] = (*trial.published, *trial.published_ratio, *trial.published_prognostic)
    same = [row for row in rows if told and told in (pmid_in(row.source), doi_in(row.source))]
    return "abstract" if any(row.status == "verified" for row in same) else "report"

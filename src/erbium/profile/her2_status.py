"""HER2 status by the ASCO/CAP rules, computed and explained.

Rules of the 2018 edition (unchanged in 2023): IHC scores, five dual-probe ISH groups, single-probe
copies. HER2-low and HER2-ultralow are labels that select for antibody-drug conjugates, not result
categories of the guideline.

Source: Arch Pathol Lab Med 2018;142:1364 and J Clin Oncol 2018;36(20) for the groups; PMC6854277 and
PMC9771736 for their combination with IHC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from erbium.profile.receptors import HER2

Status = Literal["positive", "negative", "equivocal", "unknown"]
Label = Literal[
    "HER2-positive", "HER2-low", "HER2-ultralow", "HER2-null", "HER2-0", "HER2-negative", "HER2-equivocal",
    "HER2-unknown",
]  # fmt: skip

RATIO_LIMIT = 2.0
COPIES_LOW = 4.0
COPIES_HIGH = 6.0


@dataclass(frozen=True)
class HER2Status:
    """A computed HER2 status.

    Parameters
    ----------
    status, label
        Result and treatment label. ``HER2-0`` is IHC 0 of which nothing says whether there was faint
        staining; ``HER2-negative`` is negative without an IHC score.
    group
        Dual-probe ISH group 1 to 5, or None.
    rule
        The rule that decided, in words.
    inputs
        The values used.
    missing
        What would make the result firmer.
    disagreement
        The entered status that contradicts the computed one, in words, or None.
    notes
        Discordance and assumptions.
    entered
        Whether the status was taken from the report because nothing could be computed.
    """

    status: Status
    label: Label
    group: int | None
    rule: str
    inputs: dict[str, Any]
    missing: tuple[str, ...] = ()
    disagreement: str | None = None
    notes: tuple[str, ...] = ()
    entered: bool = False

    def json(self) -> dict[str, Any]:
        """Return the status as plain data."""
        return {
            "status": self.status,
            "label": self.label,
            "group": self.group,
            "rule": self.rule,
            "inputs": dict(self.inputs),
            "missing": list(self.missing),
            "disagreement": self.disagreement,
            "notes": list(self.notes),
            "entered": self.entered,
        }


@dataclass(frozen=True)
class _Verdict:
    status: Status
    rule: str
    group: int | None = None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def her2_status(her2: HER2, *, amplified_by_sequencing: bool = False) -> HER2Status:
    """Return the HER2 status computed from IHC and ISH, with the rule that decided.

    Parameters
    ----------
    her2
        The measured values.
    amplified_by_sequencing
        Whether a copy-number call says amplified. It is named in the notes and never decides.
    """
    inputs = {
        name: measurement.value
        for name in ("ihc", "ihc_percent", "ish", "ish_ratio", "copies", "cep17")
        if (measurement := getattr(her2, name)).known
    }
    ratio = her2.ish_ratio.value
    if ratio is None and her2.copies.known and her2.cep17.value:
        ratio = round((her2.copies.value or 0.0) / her2.cep17.value, 2)
        inputs["ish_ratio (from copies and CEP17)"] = ratio
    verdict = _decide(her2.ihc.value, ratio, her2.copies.value, her2.ish.value)
    notes = list(verdict.notes)
    if amplified_by_sequencing:
        notes.append("ERBB2 amplification was inferred from sequencing; it is no input of the guideline.")
    if verdict.status == "unknown" and her2.status is not None:
        label: dict[str, Label] = {
            "positive": "HER2-positive", "negative": "HER2-negative", "equivocal": "HER2-equivocal",
        }  # fmt: skip
        rule = f"No IHC or ISH value; status {her2.status} as entered."
        return HER2Status(
            her2.status,
            label[her2.status],
            None,
            rule,
            inputs,
            verdict.missing,
            None,
            tuple(notes),
            entered=True,
        )
    disagreement = None
    if her2.status is not None and her2.status != verdict.status:
        disagreement = f"entered {her2.status}, computed {verdict.status}: {verdict.rule}"
    label_, missing = _label(her2, verdict)
    return HER2Status(
        verdict.status, label_, verdict.group, verdict.rule, inputs, missing, disagreement, tuple(notes)
    )


def _decide(ihc: str | None, ratio: float | None, copies: float | None, ish: str | None) -> _Verdict:
    if ratio is not None and copies is not None:
        return _dual_probe(ihc, ratio, copies)
    if ratio is not None:
        if ish == "positive" and ratio < RATIO_LIMIT and ihc != "3+":
            # A positive report below the limit of the ratio can only rest on copies that were not passed on.
            text = f"ISH reported positive; ratio {ratio:g} < 2.0, so by copies (taken as ISH group 3)."
            return _Verdict("positive", text, None, ("copies",))
        return _ratio_only(ihc, ratio)
    if copies is not None:
        return _single_probe(ihc, copies)
    if ish is not None and ihc != "3+":
        return _reported_ish(ihc, ish)
    verdict = _ihc_only(ihc)
    if ish == "negative":
        note = "IHC 3+ with an ISH reported negative is discordant: review both."
        return _Verdict(verdict.status, verdict.rule, notes=(note,))
    return verdict


def ish_group(ratio: float, copies: float) -> int:
    """Return the dual-probe ISH group of a HER2/CEP17 ratio and mean HER2 copies per cell."""
    if ratio >= RATIO_LIMIT:
        return 1 if copies >= COPIES_LOW else 2
    if copies >= COPIES_HIGH:
        return 3
    return 4 if copies >= COPIES_LOW else 5


_GROUP_TEXT = {
    1: "ratio >= 2.0 and copies >= 4.0",
    2: "ratio >= 2.0 and copies < 4.0",
    3: "ratio < 2.0 and copies >= 6.0",
    4: "ratio < 2.0 and copies >= 4.0 and < 6.0",
    5: "ratio < 2.0 and copies < 4.0",
}


def _dual_probe(ihc: str | None, ratio: float, copies: float) -> _Verdict:
    group = ish_group(ratio, copies)
    where = f"ISH group {group} ({_GROUP_TEXT[group]})"
    if group == 1:
        return _Verdict("positive", f"{where}: positive.", 1)
    if group == 5:
        if ihc == "3+":
            note = "IHC 3+ with ISH group 5 is discordant: review both, or test another block."
            return _Verdict("positive", f"IHC 3+: positive; {where}.", 5, notes=(note,))
        return _Verdict("negative", f"{where}: negative.", 5)
    if ihc is None:
        text = f"{where}: decided by IHC on the same specimen, which is missing."
        return _Verdict("equivocal", text, group, ("ihc",))
    recount = ("a recount of at least 20 cells by a second reader",) if ihc == "2+" else ()
    if group == 3:
        if ihc in ("2+", "3+"):
            return _Verdict("positive", f"{where} with IHC {ihc}: positive.", 3, recount)
        return _Verdict("negative", f"{where} with IHC {ihc}: negative.", 3)
    if ihc == "3+":
        return _Verdict("positive", f"{where} with IHC 3+: positive.", group)
    return _Verdict(
        "negative", f"{where} with IHC {ihc}: negative (positive only with IHC 3+).", group, recount
    )


def _ratio_only(ihc: str | None, ratio: float) -> _Verdict:
    missing = ("copies",)
    if ihc == "3+":
        notes = () if ratio >= RATIO_LIMIT else ("IHC 3+ with a ratio below 2.0 is discordant: review both.",)
        return _Verdict("positive", f"IHC 3+: positive; ratio {ratio:g}.", None, missing, notes)
    if ratio >= RATIO_LIMIT:
        note = (
            "Without copies, group 1 cannot be told from group 2, which is rare (about 2% of ratios >= 2.0)."
        )
        return _Verdict(
            "positive", f"ratio {ratio:g} >= 2.0: positive, taken as ISH group 1.", None, missing, (note,)
        )
    note = (
        "Without copies, groups 3, 4 and 5 cannot be told apart; groups 3 and 4 are about 6% of ratios < 2.0."
    )
    return _Verdict(
        "negative", f"ratio {ratio:g} < 2.0: negative, taken as ISH group 5.", None, missing, (note,)
    )


def _single_probe(ihc: str | None, copies: float) -> _Verdict:
    if copies >= COPIES_HIGH:
        return _Verdict(
            "positive", f"single-probe ISH, {copies:g} copies >= 6.0: positive.", None, ("ish_ratio",)
        )
    if ihc == "3+":
        return _Verdict(
            "positive", f"IHC 3+: positive; single-probe ISH, {copies:g} copies.", None, ("ish_ratio",)
        )
    if copies < COPIES_LOW:
        return _Verdict(
            "negative", f"single-probe ISH, {copies:g} copies < 4.0: negative.", None, ("ish_ratio",)
        )
    between = f"single-probe ISH, {copies:g} copies, from 4.0 to below 6.0"
    if ihc in ("0", "0+", "1+"):
        return _Verdict("negative", f"{between}, with IHC {ihc}: negative.", None, ("ish_ratio",))
    missing = ("ish_ratio",) if ihc else ("ish_ratio", "ihc")
    return _Verdict("equivocal", f"{between}: dual-probe ISH needed.", None, missing)


def _reported_ish(ihc: str | None, ish: str) -> _Verdict:
    missing = ("ish_ratio", "copies")
    seen = f" with IHC {ihc}" if ihc else ""
    if ish == "positive":
        return _Verdict("positive", f"ISH reported positive{seen}: positive.", None, missing)
    if ish == "negative":
        return _Verdict("negative", f"ISH reported negative{seen}: negative.", None, missing)
    if ihc in ("0", "0+", "1+"):
        return _Verdict("negative", f"ISH reported equivocal with IHC {ihc}: negative.", None, missing)
    return _Verdict("equivocal", f"ISH reported equivocal{seen}: equivocal.", None, missing)


def _ihc_only(ihc: str | None) -> _Verdict:
    if ihc is None:
        return _Verdict("unknown", "No IHC and no ISH.", None, ("ihc", "ish_ratio", "copies"))
    if ihc == "3+":
        return _Verdict("positive", "IHC 3+: positive.")
    if ihc == "2+":
        return _Verdict("equivocal", "IHC 2+ without ISH: equivocal.", None, ("ish_ratio", "copies"))
    return _Verdict("negative", f"IHC {ihc}: negative.")


def _label(her2: HER2, verdict: _Verdict) -> tuple[Label, tuple[str, ...]]:
    missing = list(verdict.missing)
    ihc = her2.ihc.value
    if verdict.status == "positive":
        return "HER2-positive", tuple(missing)
    if verdict.status == "equivocal":
        return "HER2-equivocal", tuple(missing)
    if verdict.status == "unknown":
        return "HER2-unknown", tuple(missing)
    if ihc in ("1+", "2+"):
        return "HER2-low", tuple(missing)
    if ihc == "0+":
        return "HER2-ultralow", tuple(missing)
    if ihc == "0":
        if not her2.ihc_percent.known:
            return "HER2-0", (*missing, "ihc_percent (tells HER2-ultralow from HER2-null)")
        return ("HER2-ultralow" if (her2.ihc_percent.value or 0.0) > 0 else "HER2-null"), tuple(missing)
    return "HER2-negative", (*missing, "ihc (tells HER2-low from lower)")

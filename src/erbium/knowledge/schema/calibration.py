"""The calibration to published arms: what is free, what is fitted, and how closely it can be met."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.number import Number, Record, Texts, fault, tuple_of

SCHEMA = "erbium.calibration/1"
#: More numbers than this are no longer interpretable one by one.
MOST_NUMBERS = 20
#: What can be fitted beside shares at a time such as ``PFS_12m``.
STATISTICS = ("ORR", "CR", "CBR", "PD", "median_PFS", "median_TTP", "median_DOR", "curve")


class FreeNumber(Record):
    """A number of the tumour, or of the network, that the fit may move.

    Attributes
    ----------
    name
        Parameter of the network, or a number of the tumour tables.
    fold
        5th and 95th percentile of the prior: its median divided, and multiplied, by this.
    prior
        Median of the prior; the shipped value without. Stated, it stays where it is when the shipped value
        comes from a fit to the same arms.
    note
        What it stands for.
    """

    name: str
    fold: float = Field(gt=1.0, le=100.0)
    prior: float | None = Field(default=None, gt=0.0)
    note: str


class FreeShare(Record):
    """The share of patients with an attribute, reached by weighting the simulated patients.

    Attributes
    ----------
    attribute
        Column of the population's table that holds yes or no.
    share
        Median, 5th and 95th percentile of the prior.
    """

    attribute: str
    share: Number

    @model_validator(mode="after")
    def _is_a_fraction(self) -> FreeShare:
        s = self.share
        if s.low is None or s.high is None or not 0.0 < s.low < s.value < s.high < 1.0:
            raise fault(
                f'the share of "{self.attribute}" has no range inside 0 to 1.', key="share",
                expected="value, low and high between 0 and 1",
            )  # fmt: skip
        return self


class Floor(Record):
    """How far near-identical arms lie apart for reasons that are not chance.

    Attributes
    ----------
    trial
        Standard deviation that all arms of a trial share.
    arm
        That of each arm beside it.
    """

    trial: Number
    arm: Number


class Discrepancy(Record):
    """Floors by kind of figure.

    Attributes
    ----------
    time
        Of the logarithm of a time scale: medians, shares without progression, curves.
    response
        Of the logit of a rate of response, benefit or progression.
    complete
        Of the logit of a rate of complete response.
    duration
        Of the logarithm of a median duration of response.
    """

    time: Floor
    response: Floor
    complete: Floor
    duration: Floor


class CurveFile(Record):
    """A reconstructed survival curve: the file, and what the arm is called in it."""

    file: str
    arm: str


class FittedArm(Record):
    """An arm that the fit is to meet.

    Attributes
    ----------
    trial, arm
        Id of a trial, and name of its arm.
    role
        backbone, control, or anchor of a modality.
    anchors
        The modality, for an anchor.
    statistics
        Figures that are fitted, by the names of the trial file, and ``curve``.
    curve
        The reconstructed curve, where one is fitted.
    reason
        Why this arm.
    """

    trial: str
    arm: str
    role: Literal["backbone", "control", "anchor"]
    anchors: str | None = None
    statistics: Texts
    curve: CurveFile | None = None
    reason: str

    @model_validator(mode="after")
    def _rules(self) -> FittedArm:
        for name in self.statistics:
            if name not in STATISTICS and not is_free_at(name):
                raise fault(
                    f'no statistic "{name}".', key="statistics",
                    expected=f"some of {', '.join(STATISTICS)}, or for example PFS_12m",
                )  # fmt: skip
        if ("curve" in self.statistics) != (self.curve is not None):
            raise fault(
                "the curve is named in one place only.", key="curve",
                expected='"curve" among the statistics, and curve = { file = ..., arm = ... }',
            )  # fmt: skip
        if (self.role == "anchor") != (self.anchors is not None):
            raise fault(f'role "{self.role}".', key="anchors", expected="the modality, for an anchor alone")
        return self


class Calibration(Record):
    """The file of the calibration to published arms.

    Attributes
    ----------
    in_use
        Whether the shipped numbers come from this fit; if not, its arms are predictions like others.
    horizon
        Months after which a simulated course ends.
    curve_months
        Times at which a curve is read.
    number, share, discrepancy, arm
        What is free, the floors, and the arms that are fitted.
    """

    format: Literal["erbium.calibration/1"] = Field(alias="schema")
    in_use: bool = True
    horizon: float = Field(gt=0.0, le=120.0)
    curve_months: Annotated[tuple[float, ...], BeforeValidator(tuple_of)]
    number: Annotated[tuple[FreeNumber, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
    share: Annotated[tuple[FreeShare, ...], BeforeValidator(tuple_of)] = ()
    discrepancy: Discrepancy
    arm: Annotated[tuple[FittedArm, ...], BeforeValidator(tuple_of)] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> Calibration:
        count = len(self.number) + len(self.share)
        if count > MOST_NUMBERS:
            raise fault(f"{count} free numbers.", key="number", expected=f"at most {MOST_NUMBERS}")
        names = [item.name for item in self.number] + [item.attribute for item in self.share]
        arms = [f"{item.trial}, {item.arm}" for item in self.arm]
        for key, found in (("number", names), ("arm", arms)):
            for place, name in enumerate(found):
                if name in found[:place]:
                    raise fault(f'"{name}" stands here twice.', key=key, expected="each once")
        times = self.curve_months
        if list(times) != sorted(set(times)) or not times or times[0] <= 0 or times[-1] > self.horizon:
            raise fault(
                "the times of the curve are not in order.", key="curve_months",
                expected="increasing months up to the horizon",
            )  # fmt: skip
        return self


def is_free_at(name: str) -> bool:
    """Return whether a statistic is a share without progression at a time, such as ``PFS_12m``."""
    return free_at(name) is not None


def free_at(name: Any) -> float | None:
    """Return the month of a statistic such as ``PFS_12m``; None for another one."""
    for stem in ("PFS_", "TTP_"):
        if isinstance(name, str) and name.startswith(stem) and name.endswith("m"):
            digits = name.removeprefix(stem).removesuffix("m")
            return float(digits) if digits.isdigit() else None
    return None

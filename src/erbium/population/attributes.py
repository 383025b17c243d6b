"""The attributes of virtual patients: one row each, read off the twins or drawn beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Z95, Array, KeptTwins
from erbium.knowledge.populations import load_marker_columns
from erbium.knowledge.schema.abundance import Her2Class
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.host import spread
from erbium.profile.her2_status import COPIES_LOW
from erbium.tumour.abundance import her2_classes, tables
from erbium.tumour.deposits import node_positive
from erbium.tumour.fitted import ER_POSITIVE
from erbium.tumour.presence import find_mechanisms
from erbium.tumour.tumour import Tumour

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.mechanism import Mechanism

Mask = NDArray[np.bool_]

PAM50 = ("HER2-enriched", "basal-like", "normal-like", "luminal B", "luminal A")
HER2_STATUS: dict[Her2Class, str] = {
    "3+": "positive",
    "2+/ISH+": "positive",
    "2+": "equivocal",
    "2+/ISH-": "low",
    "1+": "low",
    "0+": "ultralow",
    "0": "zero",
}
GENOTYPES = ("FF", "VF", "VV")
#: Width, in standard deviations, of the bend of a skewed distribution at its median.
_BEND = 0.5
IHC = ("0", "1+", "2+", "3+")
#: Possible values of the columns that hold words.
WORDS: dict[str, tuple[str, ...]] = {
    "her2_status": tuple(dict.fromkeys(HER2_STATUS.values())),
    "her2_ihc": IHC,
    "fcgr3a": GENOTYPES,
    "pam50": PAM50,
}
YES_NO = ("er", "hr", "p95", "pdl1_positive", "visceral", "brain", "node_positive")
#: Unit of each number column.
NUMBERS = {
    "her2_copies": "1",
    "her2_thousands": "kreceptor",
    "til_percent": "percent",
    "weight_kg": "kg",
    "albumin_g_L": "g/L",
    "lines_before": "1",
    "baseline_mm": "mm",
    "lesions": "1",
}
_ORDER = (
    "er", "hr", "her2_status", "her2_ihc", "her2_copies", "her2_thousands", "p95", "pdl1_positive",
    "til_percent", "fcgr3a", "pam50", "weight_kg", "albumin_g_L", "lines_before", "baseline_mm",
    "lesions", "visceral", "brain", "node_positive",
)  # fmt: skip


def known_attributes(mechanisms: Mapping[str, Mechanism]) -> list[str]:
    """Return the columns of the table."""
    return [
        *dict.fromkeys((*_ORDER, *load_marker_columns())),
        *(f"mechanism.{name}" for name in sorted(mechanisms)),
    ]


def prior_key(tumour: Tumour) -> str:
    """Return the setting whose prevalences hold for `tumour`."""
    earlier = any(therapy.setting == "metastatic" for therapy in tumour.profile.prior_therapies)
    return f"{tumour.setting}_pretreated" if tumour.earlier_lines or earlier else tumour.setting


def on_record(tumour: Tumour) -> dict[str, Mask]:
    """Return the patients that have each mechanism, by its prevalence on record, acting or not.

    Mechanisms that a tumour of which nothing is known is not given act in no untested patient, and
    still have a prevalence: who has them is known here, and changes nothing in the tumour.
    """
    found = {name: presence.present for name, presence in tumour.presences.items()}
    undrawn = {
        name: mechanism.model_copy(update={"prior": mechanism.prior.model_copy(update={"drawn": True})})
        for name, mechanism in tumour.knowledge.mechanisms.items()
        if mechanism.prior is not None and not mechanism.prior.drawn
    }
    drawn = find_mechanisms(
        tumour.profile,
        undrawn,
        tumour.twins,
        prior_key=prior_key(tumour),
        her2_positive=tumour.status.status != "negative",
        er=tumour.er,
    )
    return {**found, **{name: presence.present for name, presence in drawn.items()}}


def table_of(tumour: Tumour, twins: KeptTwins) -> pd.DataFrame:
    """Return the attributes of the patients of `tumour`, one row each; simulates nothing."""
    er = tumour.er > ER_POSITIVE
    classes = her2_classes(tumour.profile, tumour.status, twins)
    recorded = on_record(tumour)
    nobody = np.zeros(twins.count, dtype=bool)
    host = tumour.host
    columns: dict[str, NDArray[np.generic] | list[str]] = {
        "er": er,
        "hr": er,
        "her2_status": [HER2_STATUS[item] for item in classes],
        "her2_ihc": [item[:2] if item[:2] in IHC else "0" for item in classes],
        "her2_copies": her2_copies(tumour, twins, classes),
        "her2_thousands": tumour.clones[0].her2,
        **{name: marked(name, recorded, nobody) for name in ("p95", "pdl1_positive")},
        "til_percent": til_percent(tumour, twins),
        "fcgr3a": [GENOTYPES[int(v)] for v in host.v_alleles],
        "pam50": pam50(tumour, twins, er),
        "weight_kg": host.weight,
        "albumin_g_L": host.albumin * 10.0,
        "lines_before": np.full(twins.count, len(tumour.earlier_lines)),
        "baseline_mm": tumour.start_diameters,
        "lesions": tumour.lesions.astype(np.int64),
        **sites(tumour, twins),
        "node_positive": node_positive(tumour.profile, twins) & (tumour.setting != "metastatic"),
    }
    for name in load_marker_columns():
        if name not in columns:
            columns[name] = marked(name, recorded, nobody)
    for name in sorted(tumour.knowledge.mechanisms):
        presence = tumour.presences.get(name)
        columns[f"mechanism.{name}"] = nobody if presence is None else presence.present
    import pandas as pd

    return pd.DataFrame(columns)


def marked(column: str, recorded: Mapping[str, Mask], nobody: Mask) -> Mask:
    """Return who has any of the mechanisms that a column stands for."""
    ids = load_marker_columns()[column]
    return np.asarray(np.any([recorded.get(item, nobody) for item in ids], axis=0), dtype=bool)


def her2_copies(tumour: Tumour, twins: KeptTwins, classes: list[Her2Class]) -> Array:
    """Return HER2 copies per cell: drawn so that copies and receptors go together as the tables say.

    The tables say how receptors scatter in a class with and without a copy number; what a copy number
    explains is how copies scatter.
    """
    given = tumour.profile.her2.copies.value
    if given is not None:
        return np.full(twins.count, float(given))
    table = tables().her2
    z, own = twins.normal("abundance.HER2"), twins.normal("patient.her2_copies")
    number = load_numbers("patients/markers")["her2_copies_without_amplification"]
    found = np.minimum(spread(twins, "patient.her2_copies", number), COPIES_LOW - 0.1)
    left = np.log1p(table.copies.residual_cv.value**2)
    for her2_class, reference in table.copies.reference.items():
        total = table.classes[her2_class].log_sd ** 2
        explained = max(total - left, 0.0)
        share = explained / total
        log_copies = np.sqrt(explained) * (np.sqrt(share) * z + np.sqrt(1.0 - share) * own)
        copies = reference.value * np.exp(log_copies / table.copies.exponent.value)
        here = np.array([item == her2_class for item in classes])
        found = np.where(here, np.maximum(copies, COPIES_LOW), found)
    return found


def til_percent(tumour: Tumour, twins: KeptTwins) -> Array:
    """Return stromal TIL in per cent: a skewed normal on the logit scale, smooth through its median.

    With z the normal score, logit = median + b z + c w (sqrt(1 + (z / w)^2) - 1); b and c follow from the
    5th and 95th percentile.
    """
    given = tumour.profile.immune.til.value
    if given is not None:
        return np.full(twins.count, float(given))
    number = load_numbers("patients/markers")[f"til_{tumour.setting}"]
    middle, low, high = (_logit(x) for x in (number.value, number.low, number.high))

    def bend(z: Array | float) -> Array:
        return np.asarray(_BEND * (np.sqrt(1.0 + np.square(z) / _BEND**2) - 1.0))

    b = (high - low) / (2.0 * Z95)
    c = (high + low - 2.0 * middle) / (2.0 * float(bend(Z95)))
    z = twins.normal("patient.til")
    return np.asarray(100.0 / (1.0 + np.exp(-(middle + b * z + c * bend(z)))))


def _logit(percent: float | None) -> float:
    share = (percent or 50.0) / 100.0
    return float(np.log(share / (1.0 - share)))


def pam50(tumour: Tumour, twins: KeptTwins, er: Mask) -> list[str]:
    """Return a PAM50-like state, by HER2 and hormone receptors; it is a label and moves no parameter."""
    numbers = load_numbers("patients/markers")
    u = twins.uniform("patient.pam50")
    her2 = "negative" if tumour.status.status == "negative" else "positive"

    def limits(hr: str) -> Array:
        stem = f"pam50_her2_{her2}_hr_{hr}_"
        keys = [state.lower().replace("-", "_").replace(" ", "_") for state in PAM50[:-1]]
        return np.cumsum([numbers[stem + key].value for key in keys])

    index = np.where(er, np.searchsorted(limits("positive"), u), np.searchsorted(limits("negative"), u))
    return [PAM50[int(i)] for i in index]


def sites(tumour: Tumour, twins: KeptTwins) -> dict[str, Mask]:
    """Return who has visceral and brain metastases; labels: lesions sit where ``Tumour.at`` puts them."""
    if tumour.setting != "metastatic":
        return {name: np.zeros(twins.count, dtype=bool) for name in ("visceral", "brain")}
    numbers = load_numbers("patients/markers")
    line = "pretreated" if tumour.earlier_lines else "first_line"
    return {
        name: twins.uniform(f"patient.{name}") < number.value
        for name, number in (("visceral", numbers["visceral"]), ("brain", numbers[f"brain_{line}"]))
    }


#: Profile field of a marker, and the drawn amount that its limits are held against.
AMOUNTS: dict[str, Callable[[Tumour, KeptTwins], Array]] = {"immune.til": til_percent}

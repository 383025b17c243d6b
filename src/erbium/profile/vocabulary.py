"""The words a profile may use, and the spellings read as the same word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from erbium.core.errors import nearest
from erbium.profile.measurement import fault


def words(
    what: str, known: tuple[str, ...], same_as: Mapping[str, str] | None = None
) -> Callable[[Any], str]:
    """Return a reader that accepts `known` and the spellings in `same_as`, in any case."""
    spellings = {word.casefold(): word for word in known}
    spellings |= {other.casefold(): word for other, word in (same_as or {}).items()}

    def read(raw: Any) -> str:
        text = str(raw).strip()
        folded = text.casefold()
        for form in (folded, folded.replace("_", " "), folded.replace(" ", "_"), folded.replace("-", "_")):
            if form in spellings:
                return spellings[form]
        close = nearest(text, spellings)
        raise fault(
            f'"{text}" is not a known {what}.',
            expected="one of " + ", ".join(known),
            nearest=spellings[close.casefold()] if close else "",
        )

    return read


IHC_SCORES = ("0", "0+", "1+", "2+", "3+")


def _read_ihc(raw: Any) -> str:
    text = str(raw).strip().replace(" ", "")
    if isinstance(raw, int) and not isinstance(raw, bool):
        text = "0" if raw == 0 else f"{raw}+"
    elif text in ("1", "2", "3"):
        text += "+"
    if text in IHC_SCORES:
        return text
    digits = "".join(letter for letter in text if letter.isdigit())
    close = "3+" if digits and int(digits) > 3 else ""
    raise fault(
        f'"{raw}" is not an IHC score.',
        expected='one of 0, 0+, 1+, 2+, 3+ ("0+" is faint staining in at most 10% of cells)',
        nearest=close,
    )


Ihc = Annotated[Literal["0", "0+", "1+", "2+", "3+"], BeforeValidator(_read_ihc)]
"""IHC score; ``0`` says nothing of faint staining, ``0+`` is faint staining in at most 10% of cells."""

_RESULT = {"pos": "positive", "+": "positive", "amplified": "positive", "neg": "negative", "-": "negative"}
_RESULT |= {"not amplified": "negative", "non-amplified": "negative"}
Result = Annotated[
    Literal["positive", "negative", "equivocal"],
    BeforeValidator(words("result", ("positive", "negative", "equivocal"), _RESULT)),
]

LEVELS = ("lost", "low", "normal", "high", "positive", "negative")
_LEVEL = {
    "loss": "lost",
    "absent": "lost",
    "null": "lost",
    "deficient": "lost",
    "reduced": "low",
    "intact": "normal",
    "present": "normal",
    "retained": "normal",
    "moderate": "normal",
    "overexpressed": "high",
    "pos": "positive",
    "neg": "negative",
    "amplified": "high",
    "strong": "high",
}
_read_level_word = words("protein level", LEVELS, _LEVEL)


def _read_level(raw: Any) -> float | str:
    if isinstance(raw, bool):
        raise fault(
            f"{str(raw).lower()} is not a protein level.",
            expected="an H-score or one of " + ", ".join(LEVELS),
        )
    if isinstance(raw, int | float):
        if not 0 <= raw < float("inf"):
            raise fault(
                f"{raw} is not a protein level.", expected="a number that is not negative", nearest="0"
            )
        return float(raw)
    return _read_level_word(raw)


Level = Annotated[
    float | str,
    BeforeValidator(_read_level),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"enum": list(LEVELS)}]}),
]
"""A protein: a number (H-score, or as the assay says) or a word."""

_PRESENCE = {"yes": "positive", "present": "positive", "no": "negative", "absent": "negative", **_RESULT}
Presence = Annotated[
    Literal["positive", "negative"],
    BeforeValidator(words("result", ("positive", "negative"), _PRESENCE)),
]

Sex = Annotated[
    Literal["female", "male", "other"],
    BeforeValidator(words("sex", ("female", "male", "other"), {"f": "female", "m": "male"})),
]
Menopausal = Annotated[
    Literal["pre", "peri", "post", "male"],
    BeforeValidator(
        words(
            "menopausal status",
            ("pre", "peri", "post", "male"),
            {"premenopausal": "pre", "perimenopausal": "peri", "postmenopausal": "post"},
        )
    ),
]
Setting = Annotated[
    Literal["metastatic", "neoadjuvant", "adjuvant", "residual"],
    BeforeValidator(
        words(
            "setting",
            ("metastatic", "neoadjuvant", "adjuvant", "residual"),
            {
                "advanced": "metastatic",
                "residual disease": "residual",
                "post-neoadjuvant": "residual",
                "pre-operative": "neoadjuvant",
                "preoperative": "neoadjuvant",
                "mbc": "metastatic",
            },
        )
    ),
]
SITES = (
    "breast",
    "node",
    "bone",
    "liver",
    "lung",
    "brain",
    "skin",
    "chest wall",
    "pleura",
    "soft tissue",
    "peritoneum",
    "ovary",
    "other",
)
SITE_SPELLINGS = {
    "lymph node": "node",
    "lymph nodes": "node",
    "nodes": "node",
    "hepatic": "liver",
    "pulmonary": "lung",
    "lungs": "lung",
    "cns": "brain",
    "pleural effusion": "pleura",
    "ascites": "peritoneum",
    "primary": "breast",
    "local recurrence": "breast",
}
Site = Annotated[
    Literal[
        "breast",
        "node",
        "bone",
        "liver",
        "lung",
        "brain",
        "skin",
        "chest wall",
        "pleura",
        "soft tissue",
        "peritoneum",
        "ovary",
        "other",
    ],
    BeforeValidator(words("site", SITES, SITE_SPELLINGS)),
]
BrainMetastases = Annotated[
    Literal["none", "stable", "active", "leptomeningeal"],
    BeforeValidator(
        words(
            "state of brain metastases",
            ("none", "stable", "active", "leptomeningeal"),
            {
                "no": "none",
                "false": "none",
                "stable treated": "stable",
                "treated": "stable",
                "untreated": "active",
                "active or untreated": "active",
                "lmd": "leptomeningeal",
            },
        )
    ),
]
Fcgr3a = Annotated[
    Literal["V/V", "V/F", "F/F"],
    BeforeValidator(
        words(
            "FCGR3A genotype (rs396991, position 158)",
            ("V/V", "V/F", "F/F"),
            {
                "VV": "V/V",
                "VF": "V/F",
                "FV": "V/F",
                "F/V": "V/F",
                "FF": "F/F",
                "158V/V": "V/V",
                "158V/F": "V/F",
                "158F/F": "F/F",
            },
        )
    ),
]
Response = Annotated[
    Literal["CR", "PR", "SD", "PD", "pCR", "non-pCR"],
    BeforeValidator(
        words(
            "response",
            ("CR", "PR", "SD", "PD", "pCR", "non-pCR"),
            {
                "complete response": "CR",
                "partial response": "PR",
                "stable disease": "SD",
                "progression": "PD",
                "progressive disease": "PD",
                "no pcr": "non-pCR",
            },
        )
    ),
]
ReasonEnded = Annotated[
    Literal["progression", "toxicity", "completed", "choice", "ongoing"],
    BeforeValidator(
        words(
            "reason for ending",
            ("progression", "toxicity", "completed", "choice", "ongoing"),
            {
                "pd": "progression",
                "progressed": "progression",
                "progressive disease": "progression",
                "adverse event": "toxicity",
                "patient choice": "choice",
            },
        )
    ),
]
Origin = Annotated[
    Literal["somatic", "germline", "ctDNA"],
    BeforeValidator(
        words("origin", ("somatic", "germline", "ctDNA"), {"plasma": "ctDNA", "tumour": "somatic"})
    ),
]
Germline = Annotated[
    Literal["pathogenic", "wild type", "vus"],
    BeforeValidator(
        words(
            "germline result",
            ("pathogenic", "wild type", "vus"),
            {
                "mutated": "pathogenic",
                "positive": "pathogenic",
                "negative": "wild type",
                "wild-type": "wild type",
                "wt": "wild type",
                "wildtype": "wild type",
                "likely pathogenic": "pathogenic",
            },
        )
    ),
]

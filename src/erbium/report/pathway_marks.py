"""What a case adds to the network picture: lesions on their proteins and drugs at their targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from erbium.report import svg
from erbium.report.palette import DRUG, INK, PAPER, PURPLE
from erbium.report.pathway_layout import NODES, PANEL_WIDTH

Kind = Literal["mutated", "amplified", "lost"]

NODE_OF_GENE = {
    "ERBB2": "HER2", "HER2": "HER2", "ERBB3": "HER3", "HER3": "HER3", "EGFR": "EGFR", "P95": "p95HER2",
    "PIK3CA": "p110a", "PIK3CB": "p110b", "PTEN": "PTEN", "AKT1": "AKT", "AKT": "AKT", "TSC1": "TSC2",
    "TSC2": "TSC2", "MTOR": "mTORC1", "IGF1R": "IGF1R", "KRAS": "RAS", "HRAS": "RAS", "NRAS": "RAS",
    "NF1": "RAS",
    "BRAF": "RAF", "MAP2K1": "MEK", "CCND1": "CCND1", "CDK4": "CDK46", "CCNE1": "CCNE1", "CDKN1B": "p27",
    "RB1": "RB", "ESR1": "ER", "BCL2L11": "BIM", "BCL2": "BIM", "MCL1": "BIM",
    "P27": "p27", "RAS": "RAS", "SRC": "SRC", "MET": "MET", "TP53": "p53", "MDM2": "p53", "CD274": "PDL1",
    "PDL1": "PDL1", "NFKB": "NFKB", "NFKBIA": "NFKB", "IKBA": "NFKB", "IKKA": "NFKB", "TNFAIP3": "NFKB",
    "A20": "NFKB", "JNK": "JNK", "P38": "JNK",
}  # fmt: skip
# A sampled lesion in fewer of the twins than this would clutter the picture.
WORTH_A_MARK = 0.1
# Words that name a variant of HER2 without naming the gene.
_HER2_VARIANTS = re.compile(r"L755S|K753E|S310F|V777L|D769|delta16|exon.?20", re.IGNORECASE)


@dataclass(frozen=True)
class Lesion:
    """A lesion on a protein of the picture; hollow where it was sampled and not measured."""

    node: str
    kind: Kind
    label: str
    measured: bool = True


def lesion_of(item: object) -> Lesion | None:
    """Return the lesion that a mechanism (a dict of the answer, or a text) describes, or None.

    Absent mechanisms, and those without a protein in the picture, give None.
    """
    if isinstance(item, Lesion):
        return item
    fields: Mapping[str, Any] = item if isinstance(item, Mapping) else {"name": str(item)}
    present = str(fields.get("present", "measured"))
    share = fields.get("fraction")
    rare = present == "sampled" and isinstance(share, int | float) and share < WORTH_A_MARK
    if present == "absent" or rare:
        return None
    words = " ".join(str(fields.get(key) or "") for key in ("gene", "id", "name", "marker", "kind"))
    named = re.findall(r"[A-Za-z0-9]+", words.replace("_", " "))
    node = next((NODE_OF_GENE[word.upper()] for word in named if word.upper() in NODE_OF_GENE), None)
    if re.search(r"p95", words, re.IGNORECASE):
        node = "p95HER2"
    elif node is None and _HER2_VARIANTS.search(words):
        node = "HER2"
    if node is None or re.search(
        r"HER2.?low|heterogene|FCGR|FcγR|MUC|shedding|negative clone", words, re.IGNORECASE
    ):
        return None
    label = str(fields.get("label") or fields.get("name") or fields.get("id"))
    return Lesion(node, _kind(words), label, present != "sampled")


def _kind(words: str) -> Kind:
    if re.search(r"loss|lost|null|deleted|deletion|absent|low|reduced|unstable", words, re.IGNORECASE):
        return "lost"
    if re.search(r"amplif|gain|copy|copies|p95|over.?express|high", words, re.IGNORECASE):
        return "amplified"
    return "mutated"


def glyph(kind: Kind, x: float, y: float, measured: bool = True) -> str:
    """Return the symbol of a lesion: diamond mutated, triangle amplified or raised, cross lost."""
    fill, stroke = (PURPLE, PAPER) if measured else (PAPER, PURPLE)
    if kind == "lost":
        left, right, top, bottom = x - 4.0, x + 4.0, y - 4.0, y + 4.0
        arms = (
            f"M{left:.1f} {top:.1f} L{right:.1f} {bottom:.1f} M{right:.1f} {top:.1f} L{left:.1f} {bottom:.1f}"
        )
        disc = svg.element("circle", cx=x, cy=y, r=7.0, fill=fill, stroke=PURPLE, stroke_width=1.2)
        return disc + svg.element("path", d=arms, stroke=stroke, stroke_width=2.0, stroke_linecap="round")
    corners: tuple[svg.Point, ...]
    if kind == "amplified":
        corners = ((x, y - 7.5), (x + 7.5, y + 5.5), (x - 7.5, y + 5.5))
    else:
        corners = ((x, y - 8.0), (x + 8.0, y), (x, y + 8.0), (x - 8.0, y))
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
    return svg.element(
        "polygon", points=points, fill=fill, stroke=PURPLE, stroke_width=1.4, stroke_linejoin="round"
    )


# Where the targets of pathway inhibitors are in the picture; the others are not drawn.
NODE_OF_TARGET = {
    "MEK": "MEK", "AKT": "AKT", "AKTPH": "AKT", "SRC": "SRC", "IGF1R": "IGF1R", "MET": "MET", "IKK": "NFKB",
    "TNF": "NFKB", "PD1": "PDL1", "PDL1": "PDL1", "CDK2": "CDK2",
}  # fmt: skip
SHORT_NAMES = {"trastuzumab_deruxtecan": "T-DXd", "trastuzumab_emtansine": "T-DM1"}
_TOP1 = {"trastuzumab_deruxtecan"}
_TUBULIN = {
    "docetaxel", "paclitaxel", "nab_paclitaxel", "vinorelbine", "eribulin", "trastuzumab_emtansine",
}  # fmt: skip
_DOMAIN_II = {"pertuzumab"}
_EGFR_TOO = {"lapatinib", "neratinib", "pyrotinib", "afatinib", "poziotinib"}

# Class of a drug where the answer names only the drug.
CLASS_OF_DRUG = {
    "trastuzumab": "antibody", "pertuzumab": "antibody", "margetuximab": "antibody",
    "trastuzumab_deruxtecan": "adc", "trastuzumab_emtansine": "adc",
    "lapatinib": "tki", "neratinib": "tki", "tucatinib": "tki", "pyrotinib": "tki",
    "afatinib": "tki", "poziotinib": "tki",
    "alpelisib": "pi3k_inhibitor", "inavolisib": "pi3k_inhibitor", "buparlisib": "pi3k_inhibitor",
    "pictilisib": "pi3k_inhibitor",
    "everolimus": "mtor_inhibitor", "temsirolimus": "mtor_inhibitor", "ridaforolimus": "mtor_inhibitor",
    "palbociclib": "cdk_inhibitor", "ribociclib": "cdk_inhibitor", "abemaciclib": "cdk_inhibitor",
    "fulvestrant": "endocrine", "letrozole": "endocrine", "anastrozole": "endocrine",
    "tamoxifen": "endocrine",
    "docetaxel": "chemotherapy", "paclitaxel": "chemotherapy", "vinorelbine": "chemotherapy",
    "capecitabine": "chemotherapy", "carboplatin": "chemotherapy", "cisplatin": "chemotherapy",
    "doxorubicin": "chemotherapy", "eribulin": "chemotherapy", "gemcitabine": "chemotherapy",
    "nab_paclitaxel": "chemotherapy",
}  # fmt: skip


@dataclass(frozen=True)
class Drug:
    """A drug of a regimen, as the picture needs it; targets are those of a pathway inhibitor."""

    id: str
    name: str
    kind: str
    targets: tuple[str, ...] = ()

    @classmethod
    def of(cls, item: object) -> Drug:
        """Return the drug of a dict {id, name, class, targets} or of a name."""
        fields: Mapping[str, Any] = item if isinstance(item, Mapping) else {"name": str(item)}
        name = str(fields.get("name") or fields.get("id") or fields.get("drug") or "")
        key = str(fields.get("id") or fields.get("drug") or name).lower().replace(" ", "_").replace("-", "_")
        kind = str(fields.get("class") or CLASS_OF_DRUG.get(key, ""))
        return cls(key, SHORT_NAMES.get(key, name), kind, tuple(fields.get("targets") or ()))


def drug_marks(items: Iterable[object]) -> str:
    """Return pills at the targets of the drugs, with what each of them does."""
    drugs = [Drug.of(item) for item in items]
    parts: list[str] = []
    beside_iv = [drug for drug in drugs if drug.kind in {"antibody", "adc"} and drug.id not in _DOMAIN_II]
    for row, drug in enumerate(beside_iv):
        parts.append(svg.pill(178 - _half(drug.name), 126 - 22 * row, drug.name, DRUG))
    for drug in drugs:
        half = _half(drug.name)
        if drug.id in _DOMAIN_II:
            parts.append(svg.pill(222 + half, 81, drug.name, DRUG))
        elif drug.kind == "tki":
            parts.append(_bar((131, 192), (170, 192)))
            if drug.id in _EGFR_TOO:
                parts.append(_bar((131, 192), (92, 192)))
            parts.append(svg.pill(131, 192, drug.name, DRUG, size=9.5 if len(drug.name) > 8 else 10.5))
        elif drug.kind == "pi3k_inhibitor":
            parts += [_bar((466, 279), (423, 266)), svg.pill(482, 284, drug.name, DRUG)]
        elif drug.kind == "mtor_inhibitor":
            parts += [_bar((392, 474), (416, 457)), svg.pill(388, 480, drug.name, DRUG)]
        elif drug.kind == "cdk_inhibitor":
            parts += [_bar((420, 650), (396, 632)), svg.pill(438, 656, drug.name, DRUG)]
        elif drug.kind == "endocrine":
            parts += [_bar((196, 530), (196, 544)), svg.pill(186, 526, drug.name, DRUG)]
    return "".join(parts) + _at_targets(drugs) + _cytotoxic(drugs)


def _at_targets(drugs: list[Drug]) -> str:
    """Return a pill below each protein that a pathway inhibitor blocks."""
    nodes = {node.id: node for node in NODES}
    parts: list[str] = []
    stacked: dict[str, int] = {}
    for drug in drugs:
        for place in dict.fromkeys(NODE_OF_TARGET[item] for item in drug.targets if item in NODE_OF_TARGET):
            node, row = nodes[place], stacked.get(place, 0)
            stacked[place] = row + 1
            half = _half(drug.name)
            x = min(max(node.x, half), PANEL_WIDTH - half)
            y = node.y + node.height / 2 + 12 + 20 * row
            parts.append(svg.pill(x, y, drug.name, DRUG))
    return "".join(parts)


def _half(words: str) -> float:
    return (svg.text_width(words, 11.0) * 1.06 + 14.0) / 2


def _bar(start: svg.Point, end: svg.Point) -> str:
    return svg.connector((start, end), "inhibits", colour=DRUG, width=1.8)


def _cytotoxic(drugs: list[Drug]) -> str:
    """Return payload and chemotherapy with what they hit, between the two cascades."""
    conjugates = [drug for drug in drugs if drug.kind == "adc"]
    chemotherapy = [drug for drug in drugs if drug.kind == "chemotherapy"]
    if not conjugates and not chemotherapy:
        return ""
    parts: list[str] = []
    hits = {_target_of(drug.id) for drug in [*conjugates, *chemotherapy]}
    for drug in conjugates:
        name = "DXd" if drug.id in _TOP1 else "DM1" if "emtansine" in drug.id else "payload"
        parts.append(svg.connector(((206, 208), (198, 236)), colour=DRUG, dashed=True))
        parts.append(svg.pill(190, 247, name, DRUG))
    first = 247 if not conjugates else 270
    for row, drug in enumerate(chemotherapy):
        parts.append(svg.pill(184, first + 22 * row, drug.name, DRUG, size=10.5))
    bottom = (first + 22 * (len(chemotherapy) - 1) if chemotherapy else 247) + 9
    parts.append(_bar((184, bottom), (184, 312)))
    words = " + ".join(sorted(hits))
    size = 11.5 if svg.text_width(words, 11.5) < 96 else 9.2
    parts.append(svg.rectangle(134, 313, 104, 22, rx=11, fill=PAPER, stroke="#97a2ab", stroke_width=1.2))
    parts.append(svg.text(186, 328, words, size, anchor="middle", fill=INK))
    parts.append(svg.connector(((184, 335), (184, 354)), colour=DRUG))
    parts.append(svg.text(184, 367, "cell death", 11.5, anchor="middle", fill=DRUG, font_style="italic"))
    return "".join(parts)


def _target_of(drug: str) -> str:
    if drug in _TOP1:
        return "TOP1–DNA"
    return "microtubules" if drug in _TUBULIN else "DNA"

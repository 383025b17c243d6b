"""Where everything of the HER2 network stands in the picture, and what acts on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from erbium.report.svg import End, Point

PANEL_WIDTH = 600.0
PANEL_HEIGHT = 722.0
MEMBRANE = (146.0, 162.0)
NUCLEUS = (108.0, 508.0, 384.0, 206.0)  # x, y, width, height


@dataclass(frozen=True)
class Node:
    """A protein in the picture.

    Parameters
    ----------
    id, label
        Key, and what is written on it.
    x, y
        Centre.
    width
        Width of the box.
    readout
        The readout that colours it, or None where the model keeps it internal.
    shape
        "box", "round" for genes and lipids, "half" for one half of a complex.
    """

    id: str
    label: str
    x: float
    y: float
    width: float = 60.0
    readout: str | None = None
    shape: Literal["box", "round"] = "box"

    @property
    def height(self) -> float:
        """Height of the box; those with a value hold two lines."""
        return 32.0 if self.readout else 24.0


@dataclass(frozen=True)
class Receptor:
    """A receptor of the membrane: ectodomain above, kinase below (a node of the same id)."""

    id: str
    x: float
    ectodomain: bool = True
    readout: str | None = None
    readout_label: str = ""
    epitopes: bool = False
    ligand: str | None = None


@dataclass(frozen=True)
class Edge:
    """What acts on what, as a line through points."""

    points: tuple[Point, ...]
    end: End = "activates"
    feedback: bool = False


RECEPTORS = (
    Receptor("EGFR", 62, ligand="EGF"),
    Receptor("HER2", 200, readout="surface_HER2", readout_label="surface HER2", epitopes=True),
    Receptor("HER3", 330, readout="HER3_total", readout_label="total HER3", ligand="NRG1"),
    Receptor("p95HER2", 440, ectodomain=False),
    Receptor("MET", 499.5),
    Receptor("IGF1R", 555),
)

NODES = (
    Node("EGFR", "EGFR", 62, 192, readout="pEGFR"),
    Node("HER2", "HER2", 200, 192, readout="pHER2"),
    Node("HER3", "HER3", 330, 192, readout="pHER3"),
    Node("p95HER2", "p95HER2", 440, 192, 68, readout="p95_ratio"),
    Node("MET", "MET", 499.5, 192, 44, readout="pMET"),
    Node("IGF1R", "IGF1R", 555, 192, readout="igf1r_signal"),
    Node("RAS", "RAS", 62, 258),
    Node("RAF", "RAF", 62, 312),
    Node("MEK", "MEK", 62, 366),
    Node("ERK", "ERK", 62, 426, readout="pERK"),
    Node("DUSP", "DUSP", 166, 426, 52),
    Node("p110b", "p110β", 300, 258, 54),
    Node("p110a", "p110α", 395, 258, 54),
    Node("IRS1", "IRS1", 555, 258, 52),
    Node("PIP3", "PIP3", 348, 320, 54, readout="PIP3", shape="round"),
    Node("PTEN", "PTEN", 455, 320, 54),
    Node("SRC", "SRC", 284, 318, 44, readout="pSRC"),
    Node("AKT", "AKT", 348, 384, readout="pAKT_S473"),
    Node("TSC2", "TSC2", 442, 384, readout="pTSC2"),
    Node("mTORC1", "mTORC1", 442, 444, 64),
    Node("S6K", "S6K", 555, 444, 52, readout="pS6K"),
    Node("4EBP1", "4EBP1", 462, 490, 56, readout="p4EBP1"),
    Node("S6", "S6", 555, 500, 52, readout="pS6"),
    Node("NFKB", "NF-κB", 290, 450, 52, readout="nuclear_NFkB"),
    Node("JNK", "JNK/p38", 200, 482, 60, readout="pJNK"),
    Node("PDL1", "PD-L1", 112, 482, 50, readout="PDL1"),
    Node("ER", "ER", 196, 560, readout="ER_output"),
    Node("FOXO", "FOXO", 335, 556, readout="nuclear_FOXO"),
    Node("CCNE1", "cyclin E", 158, 620, 56),
    Node("CDK2", "CDK2", 208, 620, 44),
    Node("p27", "p27", 296, 620, 50, readout="p27"),
    Node("CDK46", "CDK4/6", 386, 620, 54),
    Node("CCND1", "cyclin D1", 446, 620, 66, readout="cyclin_D1"),
    Node("RB", "Rb", 350, 682, 52, readout="pRB"),
    Node("p53", "p53", 440, 690, 44, readout="p53"),
    Node("E2F", "E2F", 258, 682, 48),
    Node("S", "S phase", 164, 682, 62, readout="Ki67", shape="round"),
    Node("BIM", "BIM : BCL2", 548, 612, 78),
    Node("death", "apoptosis", 548, 674, 74, readout="apoptosis", shape="round"),
)

EDGES = (
    Edge(((62, 208), (62, 246))),
    Edge(((176, 208), (92, 250))),
    Edge(((340, 208), (384, 246))),
    Edge(((432, 208), (406, 246))),
    Edge(((480, 208), (424, 252))),
    Edge(((215, 208), (276, 300))),
    Edge(((300, 302), (374, 271))),
    Edge(((226, 208), (242, 226), (242, 450), (263, 450))),
    Edge(
        ((268, 466), (231, 478)),
    ),
    Edge(((280, 466), (280, 503), (112, 503), (112, 499))),
    Edge(((78, 442), (100, 465))),
    Edge(((176, 438), (190, 465)), "inhibits", feedback=True),
    Edge(((462, 686), (510, 678))),
    Edge(((418, 686), (377, 684))),
    Edge(((62, 270), (62, 300))),
    Edge(((62, 324), (62, 354))),
    Edge(((62, 378), (62, 410))),
    Edge(((92, 420), (140, 420)), feedback=True),
    Edge(((140, 432), (92, 432)), "inhibits", feedback=True),
    Edge(((32, 426), (14, 426), (14, 192), (32, 192)), "inhibits", feedback=True),
    Edge(((555, 208), (555, 246))),
    Edge(((529, 258), (422, 258))),
    Edge(((308, 270), (338, 304))),
    Edge(((387, 270), (358, 304))),
    Edge(((428, 320), (375, 320)), "inhibits"),
    Edge(((348, 336), (348, 368))),
    Edge(((378, 384), (412, 384)), "inhibits"),
    Edge(((318, 384), (122, 384), (122, 312), (92, 312)), "inhibits"),
    Edge(((442, 400), (442, 432)), "inhibits"),
    Edge(((474, 444), (529, 444))),
    Edge(((448, 456), (456, 474)), "inhibits"),
    Edge(((555, 460), (555, 484))),
    Edge(((555, 428), (555, 270)), "inhibits", feedback=True),
    Edge(((340, 400), (340, 540)), "inhibits"),
    Edge(((305, 556), (250, 556), (250, 192), (300, 192)), feedback=True),
    Edge(((330, 572), (304, 604))),
    Edge(((365, 556), (548, 556), (548, 600))),
    Edge(((62, 442), (62, 588), (432, 588), (432, 604))),
    Edge(((196, 576), (196, 588)), "none"),
    Edge(((462, 506), (462, 604)), "inhibits"),
    Edge(((271, 620), (230, 620)), "inhibits"),
    Edge(((321, 620), (359, 620)), "inhibits"),
    Edge(((380, 632), (362, 666)), "inhibits"),
    Edge(((220, 632), (324, 676)), "inhibits"),
    Edge(((324, 684), (282, 684)), "inhibits"),
    Edge(((234, 682), (195, 682))),
    Edge(((240, 670), (170, 632)), feedback=True),
    Edge(((479, 626), (506, 626), (506, 384), (472, 384)), "inhibits"),
    Edge(((548, 624), (548, 658))),
)

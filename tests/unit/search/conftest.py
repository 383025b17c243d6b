"""Twins of two invented tumours, with a panel of agents that has one or two drugs of every kind."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from erbium.knowledge import load_knowledge
from erbium.search.agents import drug_agents
from erbium.search.screening import screen
from erbium.search.standing import Standings
from erbium.tumour import Tumour
from tests.patients import patient

PANEL = (
    "trastuzumab", "pertuzumab", "tucatinib", "neratinib", "alpelisib", "inavolisib", "everolimus",
    "capivasertib", "trametinib", "selumetinib", "palbociclib", "fulvestrant", "luminespib", "linsitinib",
    "go_203", "atezolizumab", "pembrolizumab", "docetaxel",
)  # fmt: skip
DRAWS = 6
_GENES = ("ERBB2", "PIK3CA", "PTEN", "AKT1", "TP53", "ESR1", "NF1", "KRAS", "NRAS", "HRAS", "RB1")
_COPIES = ("ERBB2", "CCND1", "CCNE1", "EGFR", "PTEN", "RB1", "NF1")


@dataclass
class Panel:
    """One tumour under the panel."""

    standings: Standings

    def gains(self, given: str, lesion: dict[str, float]) -> dict[str, float]:
        """Return how many cells fewer there are with each partner, log10 in twelve weeks."""
        tumour = self.standings.tumour
        standings = self.standings.on(tumour.carrying(lesion)) if lesion else self.standings
        agents = drug_agents(load_knowledge(), PANEL)
        base = tuple(agents[name] for name in given.split("+"))
        found = screen(standings, [base, *((*base, one) for one in agents.values() if one not in base)])
        less = np.nanmean(found.growth[0] - found.growth[1:], axis=1)
        return {one[-1].id: float(gain) for one, gain in zip(found.sets[1:], less, strict=True)}

    def ranks(self, given: str, lesion: dict[str, float]) -> dict[str, int]:
        """Return the rank of each partner of the given drugs by adapted signalling, 1 the best."""
        return ranked(self.gains(given, lesion))


def ranked(gains: dict[str, float]) -> dict[str, int]:
    """Return the rank of each by its gain, 1 the best."""
    ordered = sorted(gains, key=lambda name: -gains[name])
    return {name: rank for rank, name in enumerate(ordered, start=1)}


def panel_of(er: float) -> Panel:
    """Return the panel on a HER2-positive tumour with a share of cells that express ER, percent."""
    profile = patient(
        her2={"ihc": "3+", "p95_ratio": 0.01},
        receptors={"er_percent": er, "pr_percent": er},
        protein={"pten": "normal"},
        sequencing={"panel": "invented", "genes": _GENES, "copy_number_genes": _COPIES},
    )
    tumour = Tumour.from_profile(profile, seed=1, parameter_draws=DRAWS, marker_draws=1)
    return Panel(Standings(tumour, drug_agents(load_knowledge(), PANEL)))


@pytest.fixture(scope="session")
def panel() -> Callable[[float], Panel]:
    """Return the panels, made once each."""
    return functools.cache(panel_of)

"""A commented experiment to start from."""

from __future__ import annotations

import tomllib
from typing import Any

_EXAMPLE = """\
# An experiment on cells for Erbium (research software). Run it: erbium experiment run FILE.toml -o plot.png
# All readouts and handles: erbium model readouts, erbium model handles.
name = "HER2 block and its escape"
question = "Does loss of PTEN spare HER2-amplified cells from trastuzumab, and does everolimus help?"

readouts = ["viability", "pAKT_S473", "pERK"]
times = ["0 h", "1 h", "6 h", "24 h", "48 h", "72 h"]  # or { from = "0 h", to = "72 h", every = "6 h" }
# duration = "72 h"            # end of the protocol; by default the last reading

[base]                         # what all arms share; an arm's own keys add to it or override it
line = "SK-BR-3"               # or case = "my_tumour.toml" (a patient profile beside this file),
                               # or cell = { HER2_abundance = 1000, bypass_drive = 0.02 } (an engineered cell)

[arms.untreated]

[arms.trastuzumab]
drugs = { trastuzumab = "100 nM" }

[arms.pten_lost]
knock_down = { PTEN_abundance = 0.9 }      # the share that is removed, before the drug-free state is found

[arms.pten_lost_trastuzumab]
knock_down = { PTEN_abundance = 0.9 }
drugs = { trastuzumab = "100 nM" }

[arms.pten_lost_both]
knock_down = { PTEN_abundance = 0.9 }
# over_express = { HER3_abundance = 4 }    # how many times more
# mechanisms = { p95her2 = 0.5 }           # resistance mechanisms with their strength, or a list of ids
# set = { NRG1 = "1 nM" }                  # handles set before the drug-free state is found
# ligands = { NRG1 = "5 nM" }              # added to the medium at 0 h
# effectors = 1.0                          # NK cells and macrophages beside the tumour cells
# neighbours = { line = "MDA-MB-468", share = 0.5 }   # a second population, read as neighbours.viability, ...
# tumour = true                            # a piece of tumour of 1 cm3 instead of a dish
drugs.trastuzumab = "100 nM"
drugs.everolimus = { concentration = "20 nM", start = "24 h", stop = "72 h" }

[[comparisons]]                # without readouts and times: in all of them
name = "trastuzumab in cells with PTEN"
test = "trastuzumab"
against = "untreated"
readouts = ["viability"]
times = ["72 h"]

[[comparisons]]
name = "trastuzumab in cells without PTEN"
test = "pten_lost_trastuzumab"
against = "pten_lost"
readouts = ["viability"]
times = ["72 h"]

[[comparisons]]
name = "everolimus added after a day"
test = "pten_lost_both"
against = "pten_lost_trastuzumab"
times = ["72 h"]

[dose_response]                # living cells, growth-rate inhibition, GR50, IC50
drug = "trastuzumab"
concentrations = { from = "0.01 nM", to = "1 umol/L", points = 9 }   # or a list: ["1 nM", "10 nM", "100 nM"]
time = "72 h"
arms = ["untreated", "pten_lost"]

"""

#: A design that the example shows but does not run: it stands there behind comment signs.
_MATRIX = """\
[matrix]                     # two drugs alone and together: Bliss, highest single agent, Loewe
drugs.trastuzumab = ["0.1 nM", "1 nM", "10 nM", "100 nM"]
drugs.alpelisib = { from = "30 nM", to = "3 umol/L", points = 5 }
time = "72 h"
arms = ["untreated"]
"""


def example_text() -> str:
    """Return the text of a commented experiment that runs as it stands."""
    return _EXAMPLE + "".join(f"# {line}" for line in _MATRIX.splitlines(keepends=True))


def example_matrix() -> dict[str, Any]:
    """Return the table of the two-drug design that the example shows behind comment signs."""
    return dict(tomllib.loads(_MATRIX)["matrix"])

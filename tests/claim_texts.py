"""Small claim files for the tests, written and read as a user's."""

from __future__ import annotations

from pathlib import Path

from erbium.knowledge.claims import FiledClaim, FiledSpecificity, read_claims, read_specificity

HEAD = 'system = "toy"\n'
PTEN = """
[[claims]]
id = "S1-001"
kind = "causal-effect"
statement = "Loss of PTEN raises AKT phosphorylation"
source = "a review: ref 1"
executable = true
general = true
base = { line = "BT-474" }
cut = { k_PTEN = 0.0 }
[claims.arms]
normal = {}
lost = { scale = { PTEN_abundance = 0.05 } }
[[claims.expect]]
readout = "pAKT_S473"
time = "24 h"
comparison = "up"
test = "lost"
against = "normal"
"""
WRONG = PTEN.replace("S1-001", "S1-002").replace('comparison = "up"', 'comparison = "down"')
VACUOUS = PTEN.replace("S1-001", "S1-003").replace("k_PTEN = 0.0", "NRG1 = 0.003")
RESISTANCE = """
[[claims]]
id = "S1-004"
kind = "resistance"
statement = "Loss of PTEN lowers the response to trastuzumab"
source = "a review: ref 2"
executable = true
base = { line = "BT-474" }
cut = { k_PTEN = 0.0 }
[claims.arms]
normal = {}
lost = { scale = { PTEN_abundance = 0.05 } }
drug = { drugs = { trastuzumab = "100 nM" } }
lost_drug = { scale = { PTEN_abundance = 0.05 }, drugs = { trastuzumab = "100 nM" } }
[[claims.expect]]
readout = "viability"
time = "72 h"
comparison = "up"
test = "lost_drug / lost"
against = "drug / normal"
"""
ORDER = """
[[claims]]
id = "S1-005"
kind = "drug-mechanism"
statement = "Lapatinib lowers HER2 phosphorylation with dose"
source = "a review: ref 3"
executable = true
base = { line = "SK-BR-3" }
cut = { tki_affinity_active = 1e9, tki_affinity_inactive = 1e9 }
[claims.arms]
none = {}
some = { drugs = { lapatinib = "300 nM" } }
much = { drugs = { lapatinib = "3 uM" } }
[[claims.expect]]
readout = "pHER2"
time = "1 h"
comparison = "order"
arms_in_order = ["none", "some", "much"]
"""
CONTESTED = (
    PTEN.replace("S1-001", "S1-006")
    .replace("executable = true", "executable = true\ncontested = true")
    .replace('against = "normal"', 'against = "normal"\nlabel = "rises"')
    + """
[[claims.expect]]
readout = "pAKT_S473"
time = "24 h"
comparison = "down"
test = "lost"
against = "normal"
label = "falls"
"""
)
PROSE = """
[[claims]]
id = "S1-007"
kind = "hypothesis"
statement = "More work is needed before this is known"
source = "a review: own statement"
executable = false
reason = "says nothing that could be measured"
"""
COPY = """
[[claims]]
id = "S1-008"
kind = "causal-effect"
statement = "Loss of PTEN raises AKT phosphorylation, again"
source = "another review: ref 1"
executable = true
duplicate_of = "S1-001"
"""
TRIAL = """
[[claims]]
id = "S1-009"
kind = "trial-result"
statement = "Six in ten responded to the antibody conjugate"
source = "a review: ref 4"
executable = true
trial_number = true
published = { ORR = 0.609, n = 184 }
"""
AFTER_SURGERY = """
[[claims]]
id = "S1-010"
kind = "drug-response"
statement = "The antibody spares relapses"
source = "a review: ref 5"
executable = true
base = { case = "adjuvant_her2_positive" }
cut = { epitope_IV = 0.0 }
[claims.arms]
none = {}
antibody = { regimen = "adjuvant_trastuzumab" }
[[claims.expect]]
readout = "event_rate"
comparison = "down"
test = "antibody"
against = "none"
"""
ALL = HEAD + PTEN + WRONG + VACUOUS + RESISTANCE + ORDER + CONTESTED + PROSE + COPY + TRIAL
SPECIFIC = """
system = "toy"
[[checks]]
id = "her2-number"
statement = "Loss of PTEN does not change the number of receptors in an hour"
mechanism = "PTEN acts below the receptor"
base = { line = "BT-474" }
[checks.arms]
normal = {}
lost = { acute = { PTEN_abundance = 0.05 } }
[[checks.expect]]
readout = "surface_HER2"
time = "1 h"
comparison = "unchanged"
test = "lost"
against = "normal"
"""


def claims_from(folder: Path, text: str = ALL, name: str = "toy.toml") -> dict[str, FiledClaim]:
    """Return the claims of `text`, written to `folder` and read back."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_claims([file])


def specificity_from(folder: Path, text: str = SPECIFIC) -> dict[str, FiledSpecificity]:
    """Return the specificity checks of `text`."""
    file = folder / "toy.toml"
    file.write_text(text, encoding="utf-8")
    return read_specificity([file])

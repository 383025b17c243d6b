"""A commented trial to start from."""

from __future__ import annotations

_EXAMPLE = """\
# A trial for Erbium (research software). Run it: erbium trial run my_trial.toml --patients 200
# The id is the name of this file. All keys: erbium schema trial. Shipped ones: erbium trial list.
schema = "erbium.trial/1"
id = "{id}"
name = "My trial"
setting = "metastatic"         # metastatic, neoadjuvant, adjuvant or residual
summary = "T-DXd or trastuzumab emtansine after one line of treatment."

[population]
spec = "her2_positive_metastatic"   # erbium population list; or a path to a file of yours, beside this one
line = 2                            # the line that is about to be given
before = ["th_docetaxel"]           # what was given in the lines before; the usual ones without this key
eligibility = [                     # what must hold of a patient beside that; may be empty
    { attribute = "her2_ihc", among = ["2+", "3+"] },
    # { attribute = "er", equals = true },
    # { attribute = "her2_copies", at_least = 6 },
    # { attribute = "PIK3CA_mutated", equals = true },
]

[design]
patients = 400                 # --patients takes another number
stratify_by = ["er"]           # allocation is balanced in these
visits = "6 weeks"             # between scans
visits_later = { after = "12 months", every = "12 weeks" }
follow_up = "18 months"        # from randomisation to the data cut, for the average patient
accrual = "12 months"          # patients enter over this time: the last is followed for less
drop_out_per_year = 0.05       # lost before the data cut
primary = "PFS"                # PFS, ORR, CBR; pCR, EFS (neoadjuvant); iDFS, EFS (adjuvant, residual)
# brain_lesions = true         # lesions in the brain too, for who has brain metastases: CNS-PFS
# visits_after_surgery = "6 months"   # neoadjuvant: follow patients beyond surgery

# [design.induction]           # everyone gets this first; who has not progressed is randomised, day 0 anew
# regimen = "thp_docetaxel"
# duration = "18 weeks"

[[arm]]
name = "T-DM1"
regimen = "tdm1"               # erbium regimens list; or drugs joined by "+"
share = 1                      # of the allocation
# crossover_to = "T-DXd"       # may be given after progression; told beside overall survival

[[arm]]
name = "T-DXd"
regimen = "tdxd"
share = 1

# [[arm]]                      # or drug by drug, as in a regimen file
# name = "T-DXd, lower dose"
# share = 1
# drugs = [{ drug = "trastuzumab_deruxtecan", dose = "4.4 mg/kg", every = "3 weeks" }]

# [arm.adjuvant]               # neoadjuvant: what this arm gets after surgery
# regimen = "adjuvant_trastuzumab"

[[comparison]]
arm = "T-DXd"
versus = "T-DM1"
primary = true

[[subgroup]]                   # looked at apart
attribute = "PIK3CA_mutated"
equals = true

# [[published]]                # what was reported is printed beside the simulation
# arm = "T-DM1"
# endpoint = "median_PFS"      # ORR, CR, CBR, pCR, median_PFS, median_DOR, PFS_12m, iDFS_3y, ...
# value = 7.0
# unit = "months"              # or "percent"
# source = "where it stands"
# status = "unverified"        # verified, secondary, derived or unverified
"""


def example_text(name: str = "my_trial") -> str:
    """Return the text of a commented trial with this id; it runs as it stands."""
    return _EXAMPLE.replace("{id}", name).replace("my_trial.toml", f"{name}.toml")

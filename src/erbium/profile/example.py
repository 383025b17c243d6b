"""A commented profile to start from."""

from __future__ import annotations

_EXAMPLE = """\
# A patient profile for Erbium (research software). Everything but [meta] id may be left out: what is not
# given is unknown, and never negative. A value is written short (ki67 = 40), or as a table with its assay,
# specimen, date and status; "not_tested" says that a test was not done.
schema = "erbium.profile/1"

[meta]
id = "case-001"                 # a pseudonym: no name, no hospital number
created = 2025-01-15

[person]
age = 54
sex = "female"
menopausal = "post"             # pre, peri, post, male
ecog = 1
weight_kg = 68                  # or "150 lb"
height_cm = 165
albumin_g_L = 41
fcgr3a = "V/F"                  # rs396991 (position 158): V/V, V/F, F/F
lvef = {value = 62, unit = "percent", date = 2025-01-08}
comorbidities = []

[person.germline]
BRCA1 = "wild type"             # pathogenic, wild type, vus

[disease]
setting = "metastatic"          # metastatic, neoadjuvant, adjuvant, residual
line = 2                        # the line that is to be given next
sites = ["liver", "bone"]       # breast, node, bone, liver, lung, brain, skin, ...
brain_metastases = "none"       # none, stable, active, leptomeningeal
sum_of_diameters_mm = 62
n_lesions = 4

[her2]
status = "positive"             # as reported; compared with the status computed from the values below
ihc = {value = "3+", assay = "4B5", specimen = "liver-2025", date = 2025-01-03}
ihc_percent = 90                # tumour cells with that staining
ish_ratio = 5.2                 # HER2/CEP17
copies = 13.0                   # mean HER2 copies per cell
cep17 = 2.5
heterogeneity_percent = 5       # HER2-negative tumour cells
p95_ratio = "not_tested"        # p95HER2 over full-length HER2, continuous
# serum_ecd = "22 ng/mL"
# delta16 = "negative"

[receptors]
er_percent = 10
pr_percent = 0
ki67 = 40

[protein]                       # a number (H-score) or lost, low, normal, high
pten = "lost"
# cyclin_d1 = "high"
# p27 = "low"
# rb = "normal"

[immune]
til = 15
# pdl1 = {value = 5, unit = "CPS", assay = "22C3"}

[[specimens]]
id = "liver-2025"
site = "liver"
type = "core"
date = 2025-01-03
metastatic = true

[[variants]]
gene = "PIK3CA"
protein = "p.H1047R"            # HGVS, one or three letters
vaf = 0.31                      # a fraction
origin = "somatic"

[[copy_number]]
gene = "CCND1"
copies = 2.1                    # or call = 2 (from -2, deep loss, to 2, amplified)

[sequencing]                    # genes listed here and not above are wild type; others are not tested
panel = "hospital panel"
genes = ["ERBB2", "PIK3CA", "TP53", "ESR1"]
copy_number_genes = ["ERBB2", "CCND1"]

[[prior_therapies]]
regimen = "trastuzumab + pertuzumab + docetaxel"
setting = "metastatic"
line = 1
start = "2024-05"                # month and day may be left out (then in quotes)
duration_months = 7
best_response = "PR"            # CR, PR, SD, PD, pCR, non-pCR
reason_ended = "progression"    # progression, toxicity, completed, choice, ongoing

# Clones, if they are known; the fractions sum to 1.
# [[clones]]
# name = "HER2-high"
# fraction = 0.8
# her2_ihc = "3+"
# [[clones]]
# name = "HER2-negative"
# fraction = 0.2
# her2_ihc = "0"
"""


def example_text() -> str:
    """Return a commented profile in TOML that is valid as it stands."""
    return _EXAMPLE

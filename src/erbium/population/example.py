"""A commented population to start from."""

from __future__ import annotations

_EXAMPLE = """\
# A population of virtual patients for Erbium (research software): what all of them have in common, who is
# eligible, and how common some things are. What is not said here is drawn as for any tumour of the
# setting; "erbium population sample FILE -n 1000" shows what the patients are like.
schema = "erbium.population/1"
id = "my_population"            # small letters, digits, underscores; the name of this file
name = "ER-positive, second line"
summary = "HER2-positive, ER-positive metastatic disease, about to be given second-line treatment."
setting = "metastatic"          # metastatic, neoadjuvant, adjuvant, residual
line = 2                        # the line that is to be given next; metastatic only
before = ["th_docetaxel"]       # regimens of the earlier lines, oldest first; the usual ones without this key

# What every patient has, in the keys of a profile ("erbium profile new" lists them).
profile = { her2 = { status = "positive" } }

# Who is eligible. Attributes are the columns of the sampled table; a condition is equals, among, at_least
# or at_most. Candidates are drawn until enough are eligible.
eligibility = [
    { attribute = "er", equals = true },
    { attribute = "her2_ihc", among = ["2+", "3+"] },
    { attribute = "albumin_g_L", at_least = 30.0 },
]

# Mechanisms that act here although an untested tumour is not given them ("erbium mechanisms list").
acts = []

# Shares to reach; what goes together with the attribute moves with it. Each has a unit, a kind and a
# source, or the range of an assumption.
[[shares]]
attribute = "PIK3CA_mutated"
equals = true
share = { value = 0.35, unit = "1", kind = "assumed", low = 0.25, high = 0.45 }

# Figures to compare with, printed beside the sampled ones.
[[published]]
attribute = "her2_ihc"
equals = "3+"
percent = 89.7
cohort = "second line"
source = "DESTINY-Breast03 baseline"
status = "verified"
"""


def example_text() -> str:
    """Return a commented population in TOML that can be sampled as it stands."""
    return _EXAMPLE

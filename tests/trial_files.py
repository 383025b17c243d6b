"""Small trial files for tests."""

from __future__ import annotations

from pathlib import Path

_TEXT = """\
schema = "erbium.trial/1"
id = "small"
name = "SMALL"
setting = "metastatic"

[population]
spec = "her2_positive_metastatic"
line = 2
eligibility = []

[design]
patients = 24
stratify_by = ["er"]
visits = "6 weeks"
follow_up = "6 months"
drop_out_per_year = 0.3
primary = "PFS"

[[arm]]
name = "T-DM1"
regimen = "tdm1"
share = 1
[[arm]]
name = "T-DXd"
regimen = "tdxd"
share = 2

[[comparison]]
arm = "T-DXd"
versus = "T-DM1"
primary = true
"""


def write(folder: Path, *changes: tuple[str, str], name: str = "small") -> Path:
    """Write the trial with some of its text changed, and return its file."""
    text = _TEXT.replace('id = "small"', f'id = "{name}"')
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


#: Changes that make a trial before surgery of it, and one after.
NEOADJUVANT = (
    ('setting = "metastatic"', 'setting = "neoadjuvant"'),
    ('"her2_positive_metastatic"\nline = 2', '"her2_positive_early"'),
    ('visits = "6 weeks"\n', ""),
    ('primary = "PFS"', 'primary = "pCR"'),
    ('"tdm1"', '"neoadjuvant_th"'),
    ('"tdxd"', '"neoadjuvant_thp"'),
)
ADJUVANT = (
    ('setting = "metastatic"', 'setting = "adjuvant"'),
    ('"her2_positive_metastatic"\nline = 2', '"her2_positive_adjuvant"'),
    ('visits = "6 weeks"', 'visits = "6 months"'),
    ('follow_up = "6 months"', 'follow_up = "48 months"'),
    ('primary = "PFS"', 'primary = "iDFS"'),
    ('"tdm1"', '"adjuvant_paclitaxel_trastuzumab"'),
    ('"tdxd"', '"adjuvant_tch"'),
)

"""Names of endpoints in trial files and the figure of a summary that each is set beside."""

from __future__ import annotations

import re

#: Endpoints that are read from the same times as PFS.
EVENT_FREE = ("PFS", "EFS", "iDFS", "DFS", "RFS", "TTP")
#: Endpoints that count from surgery: in neoadjuvant trials they have times of their own.
FROM_SURGERY = ("iDFS", "DFS", "RFS")
_RATE = re.compile(r"(CNS_PFS|PFS|EFS|iDFS|DFS|RFS|TTP|OS)_(\d+(?:\.\d+)?)(m|y)\Z")
_MEDIAN = re.compile(r"(?:median_|m)(CNS_PFS|PFS|EFS|iDFS|DFS|TTP|OS|DOR)\Z")
_MEAN = re.compile(r"mean_(PFS|EFS|TTP)\Z")
_VIEWS = ("_investigator", "_central", "_independent")


def figure_name(endpoint: str, setting: str = "") -> str | None:
    """Return the figure an endpoint is set beside; None if it is none we have.

    "median_PFS" and "mPFS" are "median_pfs", "iDFS_3y" is "pfs_36m" ("idfs_36m" in the neoadjuvant
    setting), every named pCR is "pcr"; who read the scans does not matter to the model.
    """
    name = endpoint
    for view in _VIEWS:
        name = name.removesuffix(view)
    if name in {"ORR", "CR", "CBR", "ORR_IC"}:
        return name.lower()
    if name == "pCR" or name.startswith("pCR_"):
        return "pcr"
    if found := _MEDIAN.match(name):
        return "median_dor" if found[1] == "DOR" else f"median_{times_of(found[1], setting)}"
    if found := _MEAN.match(name):
        return "mean_pfs"
    if found := _RATE.match(name):
        months = float(found[2]) * (12.0 if found[3] == "y" else 1.0)
        return f"{times_of(found[1], setting)}_{months:g}m"
    return None


def rate_of(figure: str) -> tuple[str, float] | None:
    """Return ("pfs", 12.0) for "pfs_12m"; None for figures that are no rate at a time."""
    found = re.match(r"(cns_pfs|idfs|pfs|os)_([\d.]+)m\Z", figure)
    return (found[1], float(found[2])) if found else None


def times_of(endpoint: str, setting: str = "") -> str:
    """Return the beginning of the columns that hold the times of a hazard ratio: "pfs", "os", "cns_pfs".

    Parameters
    ----------
    endpoint
        What the ratio is of.
    setting
        Setting of the trial: before surgery, what counts from surgery is "idfs".
    """
    if endpoint.startswith("CNS_PFS"):
        return "cns_pfs"
    if setting == "neoadjuvant" and endpoint in FROM_SURGERY:
        return "idfs"
    return "os" if endpoint.startswith("OS") else "pfs"


def is_survival(name: str) -> bool:
    """Return whether an endpoint or a figure is overall survival, which is exploratory."""
    return bool(re.match(r"(?:median_|m)?os(?:_|\Z)", name, re.IGNORECASE))

"""What a score rests on: hashes of the network and of the data files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from erbium.knowledge import load_knowledge
from erbium.knowledge.parameters import data_folder
from erbium.model.build import build_network

#: Folders that describe trials, results and texts: changing them moves no number of the model.
RESULTS = (
    "calibration",
    "cell_checks",
    "claims",
    "held_out",
    "scored_claims",
    "sources",
    "specificity",
    "trials",
)
#: Example cases, which only an installed copy has among its data.
_PACKED = "cases"
#: Files that hold numbers: tables, and ensembles of parameter draws.
_NUMBERS = (".toml", ".npz")
#: Clones of the network that is hashed: the most a patient has.
CLONES = 4


@dataclass(frozen=True)
class Frozen:
    """Hashes (SHA-256) that identify the model a run was scored with.

    Attributes
    ----------
    parameters
        The network, and every data file except those of trials, results and texts.
    network
        The reactions alone.
    knowledge
        Every data file.
    """

    parameters: str
    network: str
    knowledge: str

    def json(self) -> dict[str, str]:
        """Return the hashes."""
        return {"parameters": self.parameters, "network": self.network, "knowledge": self.knowledge}


def freeze() -> Frozen:
    """Return the hashes of the model as it is now."""
    network = build_network(CLONES).hash
    return Frozen(parameters_hash(network, data_folder()), network, load_knowledge().hash)


def parameters_hash(network: str, folder: Path) -> str:
    """Return the hash of the reactions and of every number that they are run with.

    Parameters
    ----------
    network
        Hash of the reactions.
    folder
        The data files.
    """
    digest = hashlib.sha256(network.encode())
    files = [path for path in folder.rglob("*") if path.suffix in _NUMBERS]
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        place = path.relative_to(folder)
        if place.parts[0] not in {*RESULTS, _PACKED}:
            digest.update(place.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()

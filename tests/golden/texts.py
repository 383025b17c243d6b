"""The texts under review, by file name, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from erbium.model.build import build_network

FOLDER = Path(__file__).parent

TEXTS: dict[str, Callable[[], str]] = {
    "network_1_clone.txt": lambda: build_network(1).text,
    "network_2_clones.txt": lambda: build_network(2).text,
}

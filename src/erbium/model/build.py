"""The shipped network: every module of :mod:`erbium.model.modules` with its numbers."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from erbium.knowledge.parameters import load_parameters
from erbium.model import modules as package
from erbium.model.compose import compose
from erbium.model.network import Network
from erbium.model.reaction import Module


@functools.cache
def load_modules() -> tuple[Module, ...]:
    """Return all shipped modules, in the order of their names."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    found = [importlib.import_module(f"{package.__name__}.{name}").MODULE for name in names]
    return tuple(found)


@functools.cache
def build_network(clones: int = 1) -> Network:
    """Return the shipped network for a patient with `clones` clones (1 to 4)."""
    return compose(load_modules(), load_parameters(), clones)

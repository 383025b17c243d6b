"""The reaction network: modules, composition and the network of one patient."""

from erbium.model.build import build_network, load_modules
from erbium.model.network import Network

__all__ = ["Network", "build_network", "load_modules"]

"""Two populations in one dish: each a clone with its own parameters, and the space between them shared."""

from __future__ import annotations

from erbium.core.twins import Array
from erbium.engine.kernel import Kernel, kernel_for
from erbium.model import build_network
from erbium.model.compose import clone_name
from erbium.model.network import Network


def kernel_beside(kernel: Kernel) -> Kernel:
    """Return the double-precision kernel of two clones, on the backend of the kernel of one."""
    return kernel_for(build_network(2), "f64", "c" if kernel.backend.name == "c" else "numpy")


def join(network: Network, own: Array, beside: Array, *, share: float) -> Array:
    """Return the parameters of two populations in one dish, shape (members, parameters).

    What the dish has once, such as medium and effector cells, is that of the cells themselves.

    Parameters
    ----------
    network
        Network of one clone.
    own, beside
        Parameters of the cells and of their neighbours, each alone, (members, parameters of one clone).
    share
        Share of the neighbours among all cells at the start.
    """
    index = network.parameter_index
    both = build_network(2)
    second = clone_name(2, "")
    out = own[:, [index[_of_one(name, second)] for name in both.parameters]].copy()
    for place, name in enumerate(both.parameters):
        if name.startswith(second):
            out[:, place] = beside[:, index[_of_one(name, second)]]
    for clone, part in ((1, 1.0 - share), (2, share)):
        out[:, both.parameter_index[clone_name(clone, "initial_volume")]] *= part
    return out


def _of_one(name: str, second: str) -> str:
    """Return the name that a parameter of either clone has in a network of one."""
    return clone_name(1, name.removeprefix(second)) if name.startswith(second) else name

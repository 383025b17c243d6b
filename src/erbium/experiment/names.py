"""Names that an experiment uses: handles (parameters of the network) and readouts."""

from __future__ import annotations

from collections.abc import Iterable

from erbium.core.errors import DataError, UnknownName
from erbium.model.compose import clone_name
from erbium.model.network import Network

#: Living cells at a time over those at the start: computed from the volume of the clone.
VIABILITY = "viability"
#: What a readout of the second population in a dish begins with.
NEIGHBOURS = "neighbours."


def column(network: Network, handle: str) -> int:
    """Return the column of a handle, by bare name, in a parameter table of one clone.

    Raises
    ------
    UnknownName
        No such parameter; names the nearest.
    """
    index = network.parameter_index
    full = handle if handle in index else clone_name(1, handle)
    if full not in index:
        raise UnknownName.among("handle", handle, handles(network), hint="erbium model handles")
    return index[full]


def check_value(network: Network, handle: str, value: float) -> None:
    """Raise DataError for a negative amount, concentration or rate; switches may have a sign.

    A switch has no unit and is 0 by default.
    """
    place = column(network, handle)
    switch = network.parameter_units[place] in ("1", "") and network.defaults[place] == 0.0
    if value < 0.0 and not switch:
        raise DataError(f"{handle} is {value:g}.", key=handle, expected="0 or more")


def handles(network: Network) -> list[str]:
    """Return the bare names of all parameters of a network of one clone."""
    return [bare(name) for name in network.parameters]


def readout(network: Network, name: str) -> str:
    """Return the network's name of a readout given by bare name; neighbours are the second clone.

    Raises
    ------
    UnknownName
        No such readout; names the nearest.
    """
    if name.startswith(NEIGHBOURS):
        full = readout(network, name.removeprefix(NEIGHBOURS))
        if full == bare(full):
            raise DataError(
                f"{full} is that of the whole dish.", key=name, expected=f'"{full}", or a readout of cells'
            )
        return clone_name(2, bare(full))
    if name == VIABILITY:
        return clone_name(1, "volume")
    for full in (name, clone_name(1, name)):
        if full in network.readouts or full in network.rules or full in network.species_index:
            return full
    raise UnknownName.among("readout", name, readouts(network), hint="erbium model readouts")


def readouts(network: Network) -> list[str]:
    """Return the bare names of all readouts, viability first."""
    return [VIABILITY, *(bare(name) for name in network.readouts)]


def unit_of(network: Network, name: str) -> str:
    """Return the unit of a readout."""
    name = name.removeprefix(NEIGHBOURS)
    if name == VIABILITY:
        return "1"
    full = readout(network, name)
    for units in (network.readout_units, network.rule_units):
        if full in units:
            return units[full]
    return network.species_units[network.species_index[full]]


def check_readouts(network: Network, names: Iterable[str]) -> None:
    """Raise UnknownName for the first name that is no readout."""
    for name in names:
        readout(network, name)


def bare(name: str) -> str:
    """Return a network name without its clone."""
    return name.removeprefix(clone_name(1, ""))

"""The network as SBML Level 3 Version 2, for any other simulator to run.

Every species lives in one compartment of 1 litre, so that amounts and concentrations have the same
number and a rate means what it means in the network: change of its species per hour. Names keep
their words: ``c1.HER2`` has the id ``c1_HER2`` and the name ``c1.HER2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.core import expression as ex
from erbium.core.errors import MissingExtra, ModelError, UnknownName
from erbium.core.expression import Expr
from erbium.formats.mathml import raised, reached, syntax_tree, times
from erbium.formats.sbml_units import UnitTable
from erbium.knowledge.parameters import load_parameters
from erbium.model.balance import plain
from erbium.model.network import Network, NetworkReaction

COMPARTMENT = "patient"
LEVEL, VERSION = 3, 2

_SUFFIX = {
    "species": "species",
    "parameters": "parameter",
    "rules": "rule",
    "reactions": "reaction",
    "readouts": "readout",
}

#: Time in hours, name of the species, amount added.
Dose = tuple[float, str, float]
Values = Mapping[str, float] | NDArray[np.float64]


def export_sbml(
    network: Network,
    *,
    name: str = "erbium",
    parameters: Values | None = None,
    state: NDArray[np.float64] | None = None,
    doses: Sequence[Dose] = (),
    readouts: bool = True,
) -> str:
    """Return the network as SBML text.

    Parameters
    ----------
    network
        The composed network.
    name
        Name of the model.
    parameters
        Values by name (others keep their default), or one value per parameter in network order.
    state
        Start values in species order; the network's own, evaluated, when not given.
    doses
        (time in hours, species, amount in the unit of the species), written as events.
    readouts
        Whether readouts are written, as parameters with an assignment rule.

    Raises
    ------
    MissingExtra
        python-libsbml is not installed.
    UnknownName
        A parameter or a dosed species that the network does not have.
    ModelError
        A dose before time 0.
    """
    try:
        import libsbml
    except ImportError as error:
        raise MissingExtra.named("models", "python-libsbml", "SBML export") from error

    document = libsbml.SBMLDocument(LEVEL, VERSION)
    writer = _Writer(document.createModel(), network, readouts=readouts)
    writer.write(name, _values(network, parameters), state, doses)
    text: str = libsbml.writeSBMLToString(document)
    return text


def check_sbml(text: str) -> tuple[list[str], list[str]]:
    """Return libSBML's errors and warnings on an SBML text."""
    try:
        import libsbml
    except ImportError as error:
        raise MissingExtra.named("models", "python-libsbml", "checking SBML") from error

    document = libsbml.readSBMLFromString(text)
    document.checkConsistency()
    errors: list[str] = []
    warnings: list[str] = []
    for number in range(document.getNumErrors()):
        fault = document.getError(number)
        lines = [line.strip() for line in fault.getMessage().strip().splitlines() if line.strip()]
        message = f"line {fault.getLine()}: {fault.getShortMessage()}: {' '.join(lines)}"
        (errors if fault.getSeverity() >= libsbml.LIBSBML_SEV_ERROR else warnings).append(message)
    return errors, warnings


def sbml_ids(network: Network) -> dict[str, dict[str, str]]:
    """Return the SBML id of each name, by part: species, parameters, rules, reactions, readouts.

    Parts share one space of ids in SBML; a rule and a reaction of one name get different ids.
    """
    taken = {COMPARTMENT}
    parts: dict[str, Iterable[str]] = {
        "species": network.species,
        "parameters": network.parameters,
        "rules": network.rules,
        "reactions": [reaction.id for reaction in network.reactions],
        "readouts": network.readouts,
    }
    ids: dict[str, dict[str, str]] = {}
    for part, names in parts.items():
        ids[part] = {}
        for name in names:
            base = name.replace(".", "_")
            base = f"readout_{base}" if part == "readouts" else base
            tried = [base, f"{base}_{_SUFFIX[part]}", *(f"{base}_{k}" for k in range(2, 100))]
            free = next(candidate for candidate in tried if candidate not in taken)
            taken.add(free)
            ids[part][name] = free
    return ids


def _values(network: Network, parameters: Values | None) -> NDArray[np.float64]:
    if parameters is None:
        return network.defaults
    if isinstance(parameters, Mapping):
        values = network.defaults.copy()
        for name, value in parameters.items():
            if name not in network.parameter_index:
                raise UnknownName.among("parameter", name, network.parameters)
            values[network.parameter_index[name]] = value
        return values
    return np.asarray(parameters, dtype=float)


class _Writer:
    def __init__(self, model: Any, network: Network, *, readouts: bool) -> None:
        self.model = model
        self.network = network
        self.readouts = readouts
        self.units = UnitTable(model)
        self.parts = sbml_ids(network)
        self.ids = {**self.parts["species"], **self.parts["parameters"], **self.parts["rules"]}
        self.concentrations: set[str] = set()
        self.dosed_in: dict[str, str] = {}

    def write(
        self, name: str, values: NDArray[np.float64], state: NDArray[np.float64] | None, doses: Sequence[Dose]
    ) -> None:
        net = self.network
        self.model.setId("".join(c if c.isalnum() and c.isascii() else "_" for c in f"m_{name}"))
        self.model.setName(name)
        self.model.setTimeUnits(self.units.id("h"))
        self.model.setVolumeUnits("litre")
        _note(
            self.model,
            [f"Erbium network of {net.clones} clone(s), SHA-256 {net.hash}.", "Research use only."],
        )
        compartment = self.model.createCompartment()
        compartment.setId(COMPARTMENT)
        compartment.setSize(1.0)
        compartment.setSpatialDimensions(3)
        compartment.setUnits("litre")
        compartment.setConstant(True)
        start = self.start(values) if state is None else np.asarray(state, dtype=float)
        for species, unit, amount in zip(net.species, net.species_units, start.tolist(), strict=True):
            self.species(species, unit, amount)
        self.parameters(values)
        for rule, expression in net.rules.items():
            self.rule(rule, self.ids[rule], net.rule_units.get(rule), expression)
        if self.readouts:
            for readout, expression in net.readouts.items():
                self.rule(
                    readout, self.parts["readouts"][readout], net.readout_units.get(readout), expression
                )
        for reaction in net.reactions:
            self.reaction(reaction)
        self.events(doses)

    def start(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        known = dict(zip(self.network.parameters, values.tolist(), strict=True))
        nodes = [self.network.expand(node) for node in self.network.initial]
        return np.array(ex.evaluate_all(nodes, known), dtype=float)

    def species(self, name: str, unit: str, amount: float) -> None:
        substance, concentration = self.units.substance(unit)
        self.dosed_in[name] = self.units.id(unit) if concentration else substance
        species = self.model.createSpecies()
        species.setId(self.ids[name])
        species.setName(name)
        species.setCompartment(COMPARTMENT)
        species.setSubstanceUnits(substance)
        species.setHasOnlySubstanceUnits(not concentration)
        (species.setInitialConcentration if concentration else species.setInitialAmount)(amount)
        species.setBoundaryCondition(False)
        species.setConstant(False)
        _note(species, [f"unit: {unit}"])
        if concentration:
            self.concentrations.add(name)

    def parameters(self, values: NDArray[np.float64]) -> None:
        net = self.network
        known = {name: number for table in load_parameters().values() for name, number in table.items()}
        for name, unit, value, default in zip(
            net.parameters, net.parameter_units, values.tolist(), net.defaults.tolist(), strict=True
        ):
            parameter = self.parameter(self.ids[name], name, unit)
            parameter.setValue(value)
            parameter.setConstant(True)
            number = known.get(plain(name))
            if number is None or (number.value, number.unit) != (default, unit):
                continue
            changed = [] if value == default else [f"set for this model; default {default:g}"]
            sourced = [f"source: {number.source}"] if number.source else []
            noted = [text for text in (number.note, number.formula) if text]
            _note(parameter, [f"kind: {number.kind}", *sourced, *noted, *changed])

    def parameter(self, sid: str, name: str, unit: str | None) -> Any:
        parameter = self.model.createParameter()
        parameter.setId(sid)
        parameter.setName(name)
        if unit is not None:
            parameter.setUnits(self.units.id(unit))
        return parameter

    def rule(self, name: str, sid: str, unit: str | None, expression: Expr) -> None:
        self.parameter(sid, name, unit).setConstant(False)
        rule = self.model.createAssignmentRule()
        rule.setVariable(sid)
        rule.setMath(syntax_tree(expression, self.ids))

    def reaction(self, reaction: NetworkReaction) -> None:
        net = self.network
        out = self.model.createReaction()
        out.setId(self.parts["reactions"][reaction.id])
        out.setName(reaction.id)
        out.setReversible(False)
        for side, create in (
            (reaction.reactants, out.createReactant),
            (reaction.products, out.createProduct),
        ):
            for name, count in side:
                reference = create()
                reference.setSpecies(self.ids[name])
                reference.setStoichiometry(float(count))
                reference.setConstant(True)
        taking_part = {name for name, _ in (*reaction.reactants, *reaction.products)}
        # Species that act through a rule are listed too: the picture of the network needs them.
        acting = net.expand(reaction.rate).names
        for name in net.species:
            if name in acting and name not in taking_part:
                out.createModifier().setSpecies(self.ids[name])
        law = syntax_tree(reaction.rate, self.ids)
        if taking_part & self.concentrations:
            law = times(COMPARTMENT, law)
        out.createKineticLaw().setMath(law)
        evidence = [f"evidence: {source}" for source in reaction.evidence]
        _note(out, [*([f"module: {reaction.module}"] if reaction.module else []), *evidence])

    def events(self, doses: Sequence[Dose]) -> None:
        by_time: dict[float, dict[str, float]] = {}
        for time, name, amount in doses:
            if name not in self.network.species_index:
                raise UnknownName.among("species", name, self.network.species)
            if time < 0:
                raise ModelError(f"a dose of {name} at {time:g} h.", expected="a time from 0 h")
            given = by_time.setdefault(float(time), {})
            given[name] = given.get(name, 0.0) + float(amount)
        for number, (time, given) in enumerate(sorted(by_time.items()), 1):
            event = self.model.createEvent()
            event.setId(f"dose_{number}")
            event.setName(f"dose at {time:g} h")
            event.setUseValuesFromTriggerTime(True)
            trigger = event.createTrigger()
            trigger.setInitialValue(False)  # so that a dose at time 0 is given
            trigger.setPersistent(True)
            trigger.setMath(reached(time))
            for name, amount in given.items():
                assignment = event.createEventAssignment()
                assignment.setVariable(self.ids[name])
                assignment.setMath(raised(self.ids[name], amount, self.dosed_in[name]))


def _note(element: Any, lines: Sequence[str]) -> None:
    if lines:
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
        element.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</body>')

"""From modules and numbers to one network, failing loudly on anything that does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from erbium.core import expression as ex
from erbium.core.errors import ModelError, nearest
from erbium.core.expression import Expr
from erbium.core.parser import parse
from erbium.knowledge.schema.parameter import Parameter
from erbium.model.network import Network, NetworkReaction
from erbium.model.reaction import Module

MAX_CLONES = 4


def clone_name(clone: int, name: str) -> str:
    """Return the network name of a clone-level thing; clones count from 1."""
    return f"c{clone}.{name}"


def compose(
    modules: Sequence[Module], parameters: Mapping[str, Mapping[str, Parameter]], clones: int = 1
) -> Network:
    """Return the network of one patient with `clones` clones.

    Parameters
    ----------
    modules
        Pathway, drug and tumour modules.
    parameters
        Per module id, its numbers by name.
    clones
        Number of clones, 1 to 4.

    Raises
    ------
    ModelError
        An unmet need, a double declaration, an unknown name in a rate, or a parameter that no
        expression uses.
    """
    if not 1 <= clones <= MAX_CLONES:
        raise ModelError(f"{clones} clones.", expected=f"1 to {MAX_CLONES} clones")
    _check_declarations(modules, parameters)
    _check_needs(modules)
    return _Flattener(modules, parameters, clones).network()


def _check_declarations(modules: Sequence[Module], parameters: Mapping[str, Mapping[str, Parameter]]) -> None:
    owner: dict[str, str] = {}
    for module in modules:
        own = [s.id for s in module.species] + [r.id for r in module.rules] + [t.id for t in module.totals]
        for name in [*own, *parameters.get(module.id, {})]:
            if name in owner:
                raise ModelError(
                    f'"{name}" is declared twice, in modules {owner[name]} and {module.id}.',
                    hint="give one of them another name",
                )
            owner[name] = module.id
        for name in module.gives:
            if name not in own:
                raise ModelError(
                    f'module {module.id} gives "{name}" but does not declare it.', nearest=nearest(name, own)
                )
    ids = [reaction.id for module in modules for reaction in module.reactions]
    for doubled in sorted({name for name in ids if ids.count(name) > 1}):
        raise ModelError(f'reaction "{doubled}" is declared twice.')


def _check_needs(modules: Sequence[Module]) -> None:
    given = {name for module in modules for name in module.gives}
    for module in modules:
        for need in module.needs:
            if need not in given:
                raise ModelError(
                    f'module {module.id} needs "{need}", which no module gives.',
                    nearest=nearest(need, given),
                    hint="add the module that gives it, or add the name to its `gives`",
                )


class _Flattener:
    """Writes every module once per patient or once per clone."""

    def __init__(
        self, modules: Sequence[Module], parameters: Mapping[str, Mapping[str, Parameter]], clones: int
    ) -> None:
        self.modules = modules
        self.parameters = parameters
        self.clones = clones
        self.clone_level: set[str] = set()
        self.patient_level: set[str] = set()
        for module in modules:
            names = [s.id for s in module.species] + [r.id for r in module.rules]
            names += list(parameters.get(module.id, {}))
            (self.clone_level if module.scope == "clone" else self.patient_level).update(names)
            self.patient_level.update(total.id for total in module.totals)

    def network(self) -> Network:
        species, units, initial, settles = [], [], [], []
        names, values, parameter_units = [], [], []
        rules: dict[str, Expr] = {}
        rule_units: dict[str, str] = {}
        readouts: dict[str, Expr] = {}
        readout_units: dict[str, str] = {}
        reactions: list[NetworkReaction] = []
        for module in self.modules:
            for clone in range(1, self.clones + 1) if module.scope == "clone" else [0]:
                for s in module.species:
                    species.append(self.full(s.id, clone))
                    units.append(s.unit)
                    initial.append(self.read(s.initial, clone, module, f"initial of {s.id}"))
                    settles.append(s.settles)
                for name, number in self.parameters.get(module.id, {}).items():
                    names.append(self.full(name, clone))
                    values.append(number.value)
                    parameter_units.append(number.unit)
                for rule in module.rules:
                    rules[self.full(rule.id, clone)] = self.read(rule.expression, clone, module, rule.id)
                    rule_units[self.full(rule.id, clone)] = rule.unit
                for readout in module.readouts:
                    full = clone_name(clone, readout.id) if clone else readout.id
                    readouts[full] = self.read(readout.expression, clone, module, readout.id)
                    readout_units[full] = readout.unit
                for reaction in module.reactions:
                    left, right = reaction.sides()
                    reactions.append(
                        NetworkReaction(
                            id=clone_name(clone, reaction.id) if clone else reaction.id,
                            reactants=self.side(left, clone, module, reaction.id),
                            products=self.side(right, clone, module, reaction.id),
                            rate=self.read(reaction.rate, clone, module, reaction.id),
                            module=module.id,
                            evidence=reaction.evidence,
                        )
                    )
            for total in module.totals:
                parts = [self.read(total.expression, c, module, total.id) for c in range(1, self.clones + 1)]
                out = parts[0]
                for part in parts[1:]:
                    out = ex.add(out, part)
                rules[total.id] = out
                rule_units[total.id] = total.unit
        network = Network(
            clones=self.clones,
            species=tuple(species),
            species_units=tuple(units),
            initial=tuple(initial),
            settles=tuple(settles),
            parameters=tuple(names),
            defaults=np.array(values, dtype=float),
            parameter_units=tuple(parameter_units),
            rules=_in_order(rules),
            reactions=tuple(reactions),
            readouts=readouts,
            rule_units=rule_units,
            readout_units=readout_units,
        )
        _check_use(network)
        return network

    def full(self, name: str, clone: int) -> str:
        return clone_name(clone, name) if name in self.clone_level else name

    def side(
        self, side: dict[str, int], clone: int, module: Module, where: str
    ) -> tuple[tuple[str, int], ...]:
        species = {s.id for m in self.modules for s in m.species}
        for name in side:
            if name not in species:
                raise ModelError(
                    f'module {module.id}, {where}: no species "{name}".', nearest=nearest(name, species)
                )
        return tuple((self.full(name, clone), count) for name, count in side.items())

    def read(self, text: str, clone: int, module: Module, where: str) -> Expr:
        node = parse(text)
        allowed = set(module.needs) | {s.id for s in module.species} | {r.id for r in module.rules}
        allowed |= {t.id for t in module.totals} | set(self.parameters.get(module.id, {}))
        values: dict[str, Expr] = {}
        for name in node.names:
            if name not in allowed:
                known = self.clone_level | self.patient_level
                hint = f'add "{name}" to the `needs` of {module.id}' if name in known else None
                raise ModelError(
                    f'module {module.id}, {where}: unknown name "{name}" in "{text}".',
                    nearest=nearest(name, allowed),
                    hint=hint,
                )
            if name in self.clone_level and not clone:
                raise ModelError(
                    f'module {module.id}, {where}: "{name}" exists once per clone.',
                    hint="declare a Total of it in its module",
                )
            values[name] = ex.name(self.full(name, clone))
        return ex.substitute(node, values)


def _in_order(rules: dict[str, Expr]) -> dict[str, Expr]:
    """Return the rules so that each uses only earlier ones."""
    done: dict[str, Expr] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in path:
            raise ModelError(f"rules depend on each other in a circle: {' -> '.join([*path, name])}.")
        path.append(name)
        for used in sorted(rules[name].names & rules.keys()):
            visit(used)
        path.pop()
        done[name] = rules[name]

    for name in rules:
        visit(name)
    return done


def _check_use(network: Network) -> None:
    everything: list[Expr] = [*network.initial, *network.rules.values(), *network.readouts.values()]
    everything += [reaction.rate for reaction in network.reactions]
    used = frozenset().union(*(node.names for node in everything))
    for name in network.parameters:
        if name not in used:
            raise ModelError(f'parameter "{re.sub(r"^c[0-9]+[.]", "", name)}" is not used by any expression.')

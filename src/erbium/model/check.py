"""Checks of the network and its numbers: small tasks, each returning its issues.

`erbium check` runs :data:`CHECKS`; an outside pack may add its own to a copy of that tuple.
"""

from __future__ import annotations

import tomllib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from erbium.core.errors import ErbiumError, nearest
from erbium.core.expression import Expr
from erbium.core.parser import parse
from erbium.core.toml_files import read_toml
from erbium.knowledge.catalogue import check_references, load_drugs, load_regimens, load_sources
from erbium.knowledge.parameters import data_folder, load_parameters
from erbium.knowledge.risks import load_risks
from erbium.knowledge.schema.parameter import Parameter
from erbium.knowledge.toxicities import check_toxicities, load_toxicities
from erbium.model.balance import check_units, owners
from erbium.model.build import load_modules
from erbium.model.compose import compose
from erbium.model.derived import agrees, recompute
from erbium.model.parameter_table import MAX_FITTED, MAX_PROGNOSTIC, PROGNOSTIC, parameter_rows
from erbium.model.reaction import Module

VERBS = ("set", "scale", "enable", "remove")

Numbers = Mapping[str, Mapping[str, Parameter]]


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of a check; an error fails `erbium check`, a warning does not."""

    check: str
    severity: Literal["error", "warning"]
    message: str
    file: str | None = None
    key: str | None = None

    def json(self) -> dict[str, str | None]:
        """Return the issue as a plain object."""
        return asdict(self)

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.key) if part)
        return f"{self.severity} [{self.check}] {where + ': ' if where else ''}{self.message}"


class Check(ABC):
    """One task; `name` is shown with each issue."""

    name: str

    @abstractmethod
    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong."""

    def error(self, message: str, file: str | None = None, key: str | None = None) -> Issue:
        """Return an error of this check."""
        return Issue(self.name, "error", message, file, key)

    def warning(self, message: str, file: str | None = None, key: str | None = None) -> Issue:
        """Return a warning of this check."""
        return Issue(self.name, "warning", message, file, key)

    def of(self, error: ErbiumError) -> Issue:
        """Return an error raised elsewhere as an issue of this check."""
        text = error.message
        text += f" Expected {error.expected}." if error.expected else ""
        text += f' Did you mean "{error.nearest}"?' if error.nearest else ""
        text += f" ({error.hint})" if error.hint else ""
        return self.error(text, error.file, error.key)


class NetworkComposes(Check):
    """The modules and their numbers make a network, and its units balance."""

    name = "network"

    def issues(self) -> Iterator[Issue]:
        """Yield the first fault of composition, or every imbalance of units."""
        modules = load_modules()
        try:
            # Two clones: names that only one clone would hide come to light.
            network = compose(modules, load_parameters(), 2)
        except ErbiumError as error:
            yield self.of(error)
            return
        for fault in check_units(network, owners(modules)):
            yield self.of(fault)


class NumbersHaveAModule(Check):
    """Each parameter file has its module, and each parameter is used in that module."""

    name = "parameters"

    def __init__(self, modules: Sequence[Module] | None = None, numbers: Numbers | None = None) -> None:
        self.modules = modules
        self.numbers = numbers

    def issues(self) -> Iterator[Issue]:
        """Yield files without a module and parameters without a use."""
        modules = {m.id: m for m in (load_modules() if self.modules is None else self.modules)}
        for stem, table in (load_parameters() if self.numbers is None else self.numbers).items():
            file = f"parameters/{stem}.toml"
            if stem not in modules:
                near = nearest(stem, modules)
                yield self.error(
                    f'no module "{stem}".' + (f' Did you mean "{near}"?' if near else ""), file=file
                )
                continue
            used = _names(modules[stem])
            for name in table:
                if name not in used:
                    yield self.error(f"no expression of module {stem} uses it.", file=file, key=name)


class SharesStayBelowOne(Check):
    """A number whose complement is taken, as in ``1 - share + share * x``, has no range beyond 1.

    A draw above 1 makes a rate negative: the state that it feeds is empty, and every step is repaired.
    """

    name = "shares"

    def __init__(self, modules: Sequence[Module] | None = None, numbers: Numbers | None = None) -> None:
        self.modules = modules
        self.numbers = numbers

    def issues(self) -> Iterator[Issue]:
        """Yield the shares that may exceed 1."""
        numbers = load_parameters() if self.numbers is None else self.numbers
        for module in load_modules() if self.modules is None else self.modules:
            used = set().union(*(_complements(parse(text)) for text in _texts(module)))
            for name, p in numbers.get(module.id, {}).items():
                if name in used and p.high is not None and p.high > 1.0:
                    yield self.error(
                        f"1 - {name} is used in module {module.id}, and its range goes up to {p.high:g}. "
                        "Expected at most 1.",
                        file=f"parameters/{module.id}.toml",
                        key=name,
                    )


class DerivedRecompute(Check):
    """A derived number is what its formula gives."""

    name = "derived"

    def issues(self) -> Iterator[Issue]:
        """Yield numbers that differ from their formula, and formulas that are prose (warnings)."""
        numbers = load_parameters()
        everything = {
            f"{stem}.{name}": p.value for stem, table in numbers.items() for name, p in table.items()
        }
        for stem, table in numbers.items():
            values = everything | {name: p.value for name, p in table.items()}
            for name, p in table.items():
                if p.kind == "derived":
                    yield from self.compare(p.value, p.formula, values, f"parameters/{stem}.toml", name)
        for drug in load_drugs().values():
            for key, number in drug.numbers().items():
                if number.kind == "derived" and number.formula:
                    yield from self.compare(number.value, number.formula, {}, f"drugs/{drug.id}.toml", key)

    def compare(
        self, value: float, formula: str, values: Mapping[str, float], file: str, key: str
    ) -> Iterator[Issue]:
        """Yield an issue unless `formula` gives `value`."""
        result = recompute(formula, values)
        if result is None:
            yield self.warning(f'"{formula}" cannot be computed again.', file, key)
        elif not agrees(value, result):
            yield self.error(f'"{formula}" gives {result:.6g}, the file says {value:.6g}.', file, key)


class FittedAreFew(Check):
    """No more clinically fitted numbers than the limit, and none in a drug file."""

    name = "fitted"

    def issues(self) -> Iterator[Issue]:
        """Yield a breach of either rule."""
        prognostic = [row.module in PROGNOSTIC for row in parameter_rows(fitted=True)]
        for kind, count, most in (
            ("", prognostic.count(False), MAX_FITTED),
            (" of prognosis", prognostic.count(True), MAX_PROGNOSTIC),
        ):
            if count > most:
                yield self.error(f"{count} fitted numbers{kind}, at most {most} are allowed.")
        for drug in load_drugs().values():
            for key, number in drug.numbers().items():
                if number.kind == "fitted":
                    yield self.error("a drug file holds no fitted number.", f"drugs/{drug.id}.toml", key)


class MechanismsMoveKnobs(Check):
    """Each effect of a mechanism moves an existing neutral parameter, by one of the closed verbs."""

    name = "mechanisms"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def issues(self) -> Iterator[Issue]:
        """Yield effects that point nowhere."""
        folder = self.folder or data_folder() / "mechanisms"
        for path in sorted(folder.glob("*.toml")):
            file = f"mechanisms/{path.name}"
            try:
                table = tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                yield self.error(f"not a TOML file ({error}).", file)
                continue
            for key, effect in _effects(table, ""):
                yield from self.effect(file, key, effect)

    def effect(self, file: str, key: str, effect: Mapping[str, Any]) -> Iterator[Issue]:
        """Yield the faults of one effect."""
        verb, target = effect.get("verb", "set"), str(effect["parameter"])
        if verb not in VERBS:
            yield self.error(f'no verb "{verb}". Expected one of {", ".join(VERBS)}.', file, f"{key}.verb")
            return
        numbers = load_parameters()
        species = {f"{m.id}.{s.id}" for m in load_modules() for s in m.species}
        if (verb == "enable" and target in numbers) or (verb == "remove" and target in species):
            return
        stem, _, name = target.partition(".")
        number = numbers.get(stem, {}).get(name)
        if number is None:
            knobs = [f"{s}.{n}" for s, table in numbers.items() for n, p in table.items() if p.knob]
            near = nearest(target, knobs)
            hint = f' Did you mean "{near}"?' if near else ""
            yield self.error(f'no parameter "{target}".{hint}', file, f"{key}.parameter")
        elif not number.knob:
            yield self.error(f'"{target}" is not a knob: it has no neutral value.', file, f"{key}.parameter")


class ReferencesLead(Check):
    """Drugs and sources named in the data exist."""

    name = "references"

    def issues(self) -> Iterator[Issue]:
        """Yield ids that lead nowhere."""
        drugs, sources = load_drugs(), load_sources()
        for error in check_references(drugs, load_regimens(), sources):
            yield self.of(error)
        for number, risk in enumerate(load_risks()):
            key = f"risk[{number}]"
            if risk.source not in sources:
                yield self.error(f'no source "{risk.source}".', "patient_risks.toml", f"{key}.source")
            for drug in set(risk.drugs).difference(drugs):
                yield self.error(f'no drug "{drug}".', "patient_risks.toml", f"{key}.drugs")


class ToxicitiesLead(Check):
    """Drugs and sources of the published rates of toxicity exist, and every caution has words."""

    name = "toxicity"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def issues(self) -> Iterator[Issue]:
        """Yield ids that lead nowhere, and what is wrong within a file."""
        texts = read_toml(data_folder() / "cautions.toml")
        for error in check_toxicities(load_toxicities(self.folder), load_drugs(), load_sources(), texts):
            yield self.of(error)


CHECKS: tuple[Check, ...] = (
    NetworkComposes(),
    NumbersHaveAModule(),
    SharesStayBelowOne(),
    DerivedRecompute(),
    FittedAreFew(),
    MechanismsMoveKnobs(),
    ReferencesLead(),
    ToxicitiesLead(),
)


def run_checks(checks: Sequence[Check] = CHECKS) -> list[Issue]:
    """Return what the checks find, errors first."""
    found: list[Issue] = []
    for check in checks:
        try:
            found.extend(check.issues())
        except ErbiumError as error:
            # A file that cannot be read stops its check only.
            found.extend(check.of(part) for part in getattr(error, "errors", (error,)))
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda issue: issue.severity)


def _names(module: Module) -> frozenset[str]:
    return frozenset().union(*(parse(text).names for text in _texts(module)))


def _complements(node: Expr) -> set[str]:
    """Return the names that are taken from 1 somewhere in an expression."""
    found = set().union(*(_complements(arg) for arg in node.args))
    if (
        node.op == "sub"
        and node.args[0].is_number
        and node.args[0].value == 1.0
        and node.args[1].op == "name"
    ):
        found.add(node.args[1].name)
    return found


def _texts(module: Module) -> list[str]:
    texts = [species.initial for species in module.species]
    texts += [rule.expression for rule in module.rules] + [total.expression for total in module.totals]
    texts += [readout.expression for readout in module.readouts]
    return texts + [reaction.rate for reaction in module.reactions]


def _effects(value: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every table that has a parameter and a verb, wherever it stands in the file."""
    if isinstance(value, dict):
        if "parameter" in value and "verb" in value:
            yield key, value
        for name, part in value.items():
            yield from _effects(part, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _effects(part, f"{key}[{number}]")

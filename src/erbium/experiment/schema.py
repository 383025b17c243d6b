"""The file of an experiment: arms, readouts and times, designs and comparisons."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.number import Record, Texts, tuple_of

#: A number in the unit of its key, or a text with a unit such as "100 nM" or "24 h".
Amount = float | str
Amounts = dict[str, Amount]


def _as_table(key: str, kinds: tuple[type, ...] = (int, float, str)) -> BeforeValidator:
    """Return a validator that reads a bare value as a table with one key."""

    def lift(value: Any) -> Any:
        return {key: value} if isinstance(value, kinds) else value

    return BeforeValidator(lift)


def _strengths(value: Any) -> Any:
    """Read a list of mechanism ids as each at full strength."""
    return dict.fromkeys(value, 1.0) if isinstance(value, list) else value


def _list_of(value: Any) -> Any:
    """Read one entry as a list of one."""
    return tuple(value) if isinstance(value, list) else (value,)


class Dosing(Record):
    """A drug in the medium: concentration (nM without a unit), from `start` to `stop` (h).

    What has no concentration is given as a dose at `start`: "1 dose" of a vaccine, "1e7 cells", "2 Gy".
    """

    concentration: Amount | None = None
    dose: str | None = None
    start: Amount = 0.0
    stop: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Dosing:
        if (self.concentration is None) == (self.dose is None):
            raise ValueError("give either a concentration or a dose")
        if self.dose is not None and self.stop is not None:
            raise ValueError("a dose is given at its start and has no stop")
        return self


Dosings = Annotated[tuple[Annotated[Dosing, _as_table("concentration")], ...], BeforeValidator(_list_of)]


class Cell(Record):
    """A cell: who it is, and what is changed in it before the drug-free state is found.

    Attributes
    ----------
    line, cell
        One of: a cell line; an engineered cell, by the handles that describe it.
    mechanisms
        Resistance mechanisms: ids, or ids with their strength.
    knock_down
        Handle and the share of it that is removed, 0 to 1.
    over_express
        Handle and how many times more of it there is.
    scale, set
        Handle and factor; handle and value.
    """

    line: str | None = None
    cell: Amounts | None = None
    mechanisms: Annotated[dict[str, float], BeforeValidator(_strengths)] = Field(default_factory=dict)
    knock_down: dict[str, float] = Field(default_factory=dict)
    over_express: dict[str, float] = Field(default_factory=dict)
    scale: dict[str, float] = Field(default_factory=dict)
    settings: Amounts = Field(default_factory=dict, alias="set")


class Beside(Cell):
    """Other cells in the same dish, which meet what the arm meets.

    Attributes
    ----------
    share
        Their share of all cells at the start, between 0 and 1.
    """

    share: float = 0.5


class Arm(Cell):
    """One arm, or what all arms share (`base`).

    Attributes
    ----------
    line, case, cell
        Who is treated, one of: a cell line; the first clone of a patient profile (a file beside this
        one); an engineered cell, by the handles that describe it.
    neighbours
        A second population in the same dish: a cell and its share of all cells.
    ligands, acute
        Handles that are set at time 0: what is added to the medium, and what changes at once.
    drugs
        Drug and its nominal concentration in the medium, or a table with concentration, start and stop,
        or several such tables.
    effectors
        Effector cells beside the tumour cells, relative to a typical tumour.
    tumour
        A piece of tumour (1 cm3, with effector cells) instead of a dish.
    alternatives
        Open question and the answer to follow.
    """

    case: str | None = None
    neighbours: Beside | None = None
    ligands: Amounts = Field(default_factory=dict)
    acute: Amounts = Field(default_factory=dict)
    drugs: dict[str, Dosings] = Field(default_factory=dict)
    effectors: float | None = None
    tumour: bool | None = None
    alternatives: dict[str, str] = Field(default_factory=dict)


class Grid(Record):
    """Times from one to another, evenly."""

    start: Amount = Field(default=0.0, alias="from")
    end: Amount = Field(alias="to")
    every: Amount


class Doses(Record):
    """Concentrations: a list, or `points` from one to another, evenly on the log scale."""

    concentrations: Annotated[tuple[Amount, ...], BeforeValidator(tuple_of)] = ()
    start: Amount | None = Field(default=None, alias="from")
    end: Amount | None = Field(default=None, alias="to")
    points: int = Field(default=9, ge=2, le=60)

    @model_validator(mode="after")
    def _one_way(self) -> Doses:
        if bool(self.concentrations) == (self.start is not None or self.end is not None):
            raise ValueError("give either a list of concentrations, or from and to")
        if not self.concentrations and (self.start is None or self.end is None):
            raise ValueError("from and to belong together")
        return self


DoseList = Annotated[Doses, _as_table("concentrations", (list, tuple))]


class DoseResponse(Record):
    """One drug at several concentrations: living cells and growth-rate inhibition at one time."""

    drug: str
    concentrations: DoseList
    time: Amount = 72.0
    arms: Texts = ()


class Matrix(Record):
    """Two drugs at several concentrations each, alone and together."""

    drugs: dict[str, DoseList] = Field(min_length=2, max_length=2)
    time: Amount = 72.0
    arms: Texts = ()


class Comparison(Record):
    """One arm against another; without `readouts` and `times`, in all of them."""

    name: str | None = None
    test: str
    against: str
    readouts: Texts = ()
    times: Annotated[tuple[Amount, ...], BeforeValidator(tuple_of)] = ()
    floor: float = Field(default=0.1, ge=0.0, le=10.0)


class Experiment(Record):
    """An experiment on cells.

    Attributes
    ----------
    name, question
        What it is called, and what it asks.
    duration
        How long the protocol runs; no time may lie beyond it. By default, up to the last reading.
    readouts, times
        What is read in every arm, and when (h without a unit).
    base, arms
        What all arms share; the arms by name.
    comparisons, dose_response, matrix
        What is compared, and designs with many concentrations.
    """

    name: str = "experiment"
    question: str | None = None
    duration: Amount | None = None
    readouts: Texts = ()
    times: Grid | Annotated[tuple[Amount, ...], BeforeValidator(tuple_of)] = ()
    base: Arm = Arm()
    arms: dict[str, Arm] = Field(min_length=1)
    comparisons: Annotated[tuple[Comparison, ...], BeforeValidator(tuple_of)] = ()
    dose_response: DoseResponse | None = None
    matrix: Matrix | None = None


def experiment_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an experiment file."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | Experiment.model_json_schema(by_alias=True)

"""Items in an embedded database: looked for by words, marker, drug, level and the rest."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from erbium.core.errors import UnknownName, nearest
from erbium.evidence.base import EvidenceBase
from erbium.evidence.classes import class_of, classes_of
from erbium.evidence.level import level_of
from erbium.knowledge import genes
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.evidence_tables import LEVELS, biomarker, drug_classes, load_biomarkers
from erbium.knowledge.schema.evidence import EvidenceItem

_SCHEMA = """
CREATE TABLE item (
    id TEXT PRIMARY KEY, origin TEXT, level TEXT, rank INTEGER, quality INTEGER, effect TEXT, direction TEXT,
    tumour TEXT, setting TEXT, design TEXT, status TEXT, directness TEXT
);
CREATE TABLE marker (item TEXT, marker TEXT, gene TEXT);
CREATE TABLE treatment (item TEXT, drug TEXT);
CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, claim, markers, drugs, source, note, text,
                                      tokenize = "unicode61 tokenchars '_'");
CREATE INDEX marker_of ON marker (marker);
CREATE INDEX drug_of ON treatment (drug);
"""
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class Query:
    """What is looked for; everything that is given must hold.

    Attributes
    ----------
    text
        Words, of which each must occur, as a beginning at least.
    markers
        Ids of which one must be named.
    drug
        A drug by id, a drug without a file by name, or a class.
    level, effect, setting, origin, direction, status
        Values of the item.
    """

    text: str = ""
    markers: tuple[str, ...] = ()
    drug: str | None = None
    level: str | None = None
    effect: str | None = None
    setting: str | None = None
    origin: str | None = None
    direction: str | None = None
    status: str | None = None


class EvidenceDatabase:
    """The items of a base, in SQLite in memory.

    Parameters
    ----------
    base
        The items.

    Notes
    -----
    Threads may share it as long as one at a time asks.
    """

    def __init__(self, base: EvidenceBase) -> None:
        self.base = base
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.executescript(_SCHEMA)
        for item in base.items.values():
            self._insert(item)
        self._connection.commit()

    def _insert(self, item: EvidenceItem) -> None:
        level = level_of(item)
        run = self._connection.execute
        run(
            "INSERT INTO item VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                item.id, item.origin, level, LEVELS.index(level), item.quality, item.effect, item.direction,
                item.tumour, item.setting, item.design, item.status, item.directness,
            ),
        )  # fmt: skip
        entries = [biomarker(name) for name in item.markers]
        for entry in entries:
            run("INSERT INTO marker VALUES (?,?,?)", (item.id, entry.id, entry.gene))
        drugs = self.base.drugs
        kinds = {class_of(drugs[name]) for name in item.drugs if name in drugs}
        named = [*item.drugs, *item.other_drugs, *kinds, *classes_of(item, drugs)]
        for name in dict.fromkeys(name.casefold() for name in named):
            run("INSERT INTO treatment VALUES (?,?)", (item.id, name))
        words = " ".join(
            [*(f"{entry.id} {entry.name} {' '.join(entry.names)} {entry.gene or ''}" for entry in entries)]
            + [change for leaf in item.leaves for change in (*leaf.alterations, *leaf.among)]
        )
        run(
            "INSERT INTO words VALUES (?,?,?,?,?,?,?)",
            (
                item.id, item.claim, words, " ".join(named).replace("_", " "), item.source, item.note or "",
                item.table_row.get("evidence_statement", ""),
            ),
        )  # fmt: skip

    def find(self, query: Query) -> list[EvidenceItem]:
        """Return the items that meet a query, the strongest first, then those that fit the words best."""
        tables, where, values = ["item"], ["1"], list[str]()
        order = "item.rank, item.quality DESC, item.id"
        if tokens := _TOKEN.findall(query.text):
            tables.append("words")
            where.append("words.id = item.id AND words MATCH ?")
            values.append(" ".join(f'"{token}"*' for token in tokens))
            order = "item.rank, bm25(words), item.quality DESC, item.id"
        elif query.text.strip():
            return []
        if query.markers:
            marks = ",".join("?" * len(query.markers))
            where.append(f"item.id IN (SELECT item FROM marker WHERE marker IN ({marks}))")
            values += query.markers
        if query.drug is not None:
            where.append("item.id IN (SELECT item FROM treatment WHERE drug = ?)")
            values.append(query.drug.casefold())
        for name in ("level", "effect", "setting", "origin", "direction", "status"):
            value = getattr(query, name)
            if value is not None:
                where.append(f"item.{name} = ?")
                values.append(value)
        sql = f"SELECT item.id FROM {', '.join(tables)} WHERE {' AND '.join(where)} ORDER BY {order}"
        return [self.base.items[row[0]] for row in self._connection.execute(sql, values)]

    def counts(self, *columns: str) -> dict[tuple[str, ...], int]:
        """Return how many items there are by the values of some columns of the items."""
        names = ", ".join(column for column in columns if column in _COLUMNS)
        rows = self._connection.execute(
            f"SELECT {names}, COUNT(*) FROM item GROUP BY {names} ORDER BY {names}"
        )
        return {tuple(str(value or "") for value in row[:-1]): int(row[-1]) for row in rows}

    def marker_counts(self) -> dict[str, int]:
        """Return how many items name each marker, the most frequent first."""
        rows = self._connection.execute(
            "SELECT marker, COUNT(DISTINCT item) AS n FROM marker GROUP BY marker ORDER BY n DESC, marker"
        )
        return {str(marker): int(count) for marker, count in rows}

    def markers_called(self, name: str) -> tuple[str, ...]:
        """Return the ids of the markers that go by a name: an id, another name, or a gene.

        Raises
        ------
        UnknownName
            Nothing goes by it; the nearest name is given.
        """
        used = list(self.marker_counts())
        entries = {**load_biomarkers(), **{marker: biomarker(marker) for marker in used}}
        wanted = _key(name)
        exact = [key for key, entry in entries.items() if wanted in map(_key, (entry.id, entry.name))]
        other = [key for key, entry in entries.items() if wanted in map(_key, entry.names)]
        gene = genes.symbol(name.strip()) if re.fullmatch(r"[A-Za-z0-9-]{2,15}", name.strip()) else ""
        of_gene = [key for key, entry in entries.items() if entry.gene == gene] if gene else []
        found = exact or of_gene or other
        if not found:
            try:
                return (biomarker(name.strip()).id,)
            except UnknownName:
                words = [word for entry in entries.values() for word in (entry.id, entry.name, *entry.names)]
                known = {word.casefold(): word for word in words}
                raise UnknownName(
                    f'no marker "{name}".', key="--marker", nearest=nearest(name, known.values()),
                    hint="erbium evidence stats lists the markers",
                ) from None  # fmt: skip
        return tuple(dict.fromkeys(found))

    def drug_called(self, name: str) -> str:
        """Return what a treatment is stored as: the id of a drug, the name of another, or a class.

        Raises
        ------
        UnknownName
            Nothing goes by it; the nearest name is given.
        """
        stored = {str(row[0]) for row in self._connection.execute("SELECT DISTINCT drug FROM treatment")}
        classes = drug_classes()
        known = {*stored, *(kind.casefold() for kind in (*classes.groups, *classes.her2.values()))}
        if name.strip().casefold() in known:
            return name.strip().casefold()
        try:
            return resolve_drug(name, self.base.drugs).id
        except UnknownName as error:
            words = [*stored, *(word for drug in self.base.drugs.values() for word in drug.names)]
            raise UnknownName(
                f'no drug "{name}".', key="--drug", nearest=nearest(name, words), hint="erbium drugs list"
            ) from error


_COLUMNS = ("origin", "level", "effect", "direction", "tumour", "setting", "design", "status", "directness")


def _key(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def by_origin_and_level(
    counts: Mapping[tuple[str, ...], int], origins: Iterable[str]
) -> list[dict[str, int | str]]:
    """Return counts by origin and level as one row for each origin."""
    rows: list[dict[str, int | str]] = []
    for origin in origins:
        row: dict[str, int | str] = {"source": origin}
        row |= {level: counts.get((origin, level), 0) for level in LEVELS}
        row["all"] = sum(count for (name, _), count in counts.items() if name == origin)
        rows.append(row)
    return rows

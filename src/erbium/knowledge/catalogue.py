"""The drugs, regimens and sources, read from TOML, and the names they go by.

A folder handed in as overlay holds files of the same form; a later folder overrides an earlier
one by id. Errors name file and key, all of a reading at once.
"""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors, ErbiumError, UnknownName, nearest
from erbium.knowledge.schema.drug import Drug, DrugClass
from erbium.knowledge.schema.number import Record
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug
from erbium.knowledge.schema.source import Source

RecordT = TypeVar("RecordT", Drug, Regimen, Source)
Folders = Path | str | Sequence[Path | str] | None

_SEPARATOR = re.compile(r"\s*(?:\+|,|;|&|\band\b|\bwith\b)\s*", re.IGNORECASE)
_CLASSES = frozenset(get_args(DrugClass))


def data_folder(kind: str) -> Path:
    """Return the shipped folder of `kind` ("drugs", "regimens", "sources", ...)."""
    return Path(str(resources.files("erbium.knowledge") / "data" / kind))


def load_drugs(folder: Folders = None) -> dict[str, Drug]:
    """Return the drugs by id; `folder` is one folder or several, of which a later overrides."""
    return _load(Drug, "drugs", folder)


def load_regimens(folder: Folders = None) -> dict[str, Regimen]:
    """Return the regimens by id; folders as in :func:`load_drugs`."""
    return _load(Regimen, "regimens", folder)


def load_sources(folder: Folders = None) -> dict[str, Source]:
    """Return the sources by id; folders as in :func:`load_drugs`."""
    return _load(Source, "sources", folder)


def resolve_drug(name: str, drugs: Mapping[str, Drug] | None = None) -> Drug:
    """Return the drug called `name`: INN, id, synonym, code or brand, in any case.

    Raises
    ------
    UnknownName
        No drug has that name; the nearest one is suggested.
    """
    known = _shipped_drugs() if drugs is None else drugs
    if name in known:
        return known[name]
    index = {_key(word): drug for drug in known.values() for word in reversed(drug.names)}
    index.update({_key(drug.name): drug for drug in known.values()})
    found = index.get(_key(name))
    if found is None:
        words = [word for drug in known.values() for word in drug.names]
        raise UnknownName.among("drug", name, words, hint="erbium drugs list")
    return found


def resolve_regimen(
    name: str,
    regimens: Mapping[str, Regimen] | None = None,
    drugs: Mapping[str, Drug] | None = None,
) -> Regimen:
    """Return the regimen called `name`.

    `name` is an id, a name, a synonym, or drugs joined by "+" in any order. A combination that no
    file describes is built from each drug's default schedule and marked `ad_hoc`.

    Raises
    ------
    UnknownName
        Neither a regimen nor a combination of known drugs.
    """
    known = _shipped_regimens() if regimens is None else regimens
    lexicon = _shipped_drugs() if drugs is None else drugs
    index = {_key(word): item for item in known.values() for word in (*item.synonyms, item.name, item.id)}
    if (found := index.get(_key(name))) is not None:
        return found
    parts = [part for part in _SEPARATOR.split(name.strip()) if part]
    try:
        chosen = [resolve_drug(part, lexicon) for part in parts]
    except UnknownName as error:
        if len(parts) > 1:
            raise
        words = [word for item in known.values() for word in (item.id, item.name, *item.synonyms)]
        words += [word for drug in lexicon.values() for word in drug.names]
        raise UnknownName(
            f'no regimen or drug "{name}".', nearest=nearest(name, words), hint="erbium regimens list"
        ) from error
    if not chosen:
        raise UnknownName(f'no regimen "{name}".', hint="erbium regimens list")
    ids = [drug.id for drug in chosen]
    if len(set(ids)) != len(ids):
        raise DataError(f'"{name}" names a drug twice.', key="regimen")
    if (same := _preferred(ids, known.values())) is not None:
        return same
    return Regimen(
        id="_".join(sorted(ids)),
        name=" + ".join(drug.name for drug in chosen),
        drugs=tuple(RegimenDrug(drug=drug.id, **drug.default_schedule.model_dump()) for drug in chosen),
        cautions=tuple(dict.fromkeys(itertools.chain.from_iterable(drug.toxicities for drug in chosen))),
        note="Built from the default schedule of each drug; no file describes this combination.",
        ad_hoc=True,
    )


def check_references(
    drugs: Mapping[str, Drug], regimens: Mapping[str, Regimen], sources: Mapping[str, Source]
) -> list[ErbiumError]:
    """Return one error for each drug or source id that leads nowhere."""
    errors: list[ErbiumError] = []
    for regimen in regimens.values():
        file = f"regimens/{regimen.id}.toml"
        for number, item in enumerate(regimen.drugs):
            if item.drug not in drugs:
                key = f"drugs[{number}].drug"
                errors.append(UnknownName.among("drug", item.drug, drugs, file=file, key=key))
        for number, use in enumerate(regimen.uses):
            for place, evidence in enumerate(use.evidence):
                key = f"uses[{number}].evidence[{place}].source"
                if evidence.source not in sources:
                    errors.append(UnknownName.among("source", evidence.source, sources, file=file, key=key))
    for drug in drugs.values():
        file = f"drugs/{drug.id}.toml"
        cited = [(key, number.source_id) for key, number in drug.numbers().items()]
        cited += [(f"approvals[{number}]", item.source) for number, item in enumerate(drug.approvals)]
        cited += [(f"pk.covariates[{number}]", item.source) for number, item in enumerate(drug.pk.covariates)]
        for key, source in cited:
            if source is not None and source not in sources:
                errors.append(UnknownName.among("source", source, sources, file=file, key=key))
    return errors


def _preferred(ids: Sequence[str], regimens: Iterable[Regimen]) -> Regimen | None:
    """Among regimens of the same drugs (weekly or 3-weekly, by setting) take the metastatic one."""
    same = [item for item in regimens if set(item.drug_ids) == set(ids)]
    same.sort(key=lambda item: (not item.uses_in("metastatic"), len(item.id), item.id))
    return same[0] if same else None


@functools.cache
def _shipped_drugs() -> dict[str, Drug]:
    return load_drugs()


@functools.cache
def _shipped_regimens() -> dict[str, Regimen]:
    return load_regimens()


def _key(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name.casefold())


def _folders(kind: str, folder: Folders) -> list[Path]:
    if folder is None:
        return [data_folder(kind)]
    return [Path(folder)] if isinstance(folder, str | Path) else [Path(item) for item in folder]


def _load(record: type[RecordT], kind: str, folder: Folders) -> dict[str, RecordT]:
    found: dict[str, RecordT] = {}
    errors: list[ErbiumError] = []
    for place in _folders(kind, folder):
        if not place.is_dir():
            errors.append(DataError("no such folder.", file=place, expected=f"a folder with {kind} in TOML"))
            continue
        for file in sorted(place.glob("*.toml")):
            try:
                item = _read(record, file)
            except DataErrors as several:
                errors.extend(several.errors)
            except DataError as error:
                errors.append(error)
            else:
                found[item.id] = item
    if errors:
        raise errors[0] if len(errors) == 1 else DataErrors(errors)
    return found


def _read(record: type[RecordT], file: Path) -> RecordT:
    try:
        with file.open("rb") as stream:
            data = tomllib.load(stream)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"not a TOML file ({error}).", file=file) from error
    try:
        item = record.model_validate(data)
    except ValidationError as error:
        issues = error.errors()
        # A list whose items are wrong is also reported as too short: the items say enough.
        wrong = {issue["loc"][:1] for issue in issues if len(issue["loc"]) > 1}
        telling = [issue for issue in issues if issue["type"] != "too_short" or issue["loc"] not in wrong]
        raise DataErrors([_explain(file, record, issue) for issue in telling]) from error
    if item.id != file.stem:
        raise DataError(
            f'id "{item.id}" differs from the file name.', file=file, key="id", expected=f'"{file.stem}"'
        )
    return item


def _explain(file: Path, record: type[Record], issue: Any) -> DataError:
    path, known = _path(record, issue["loc"])
    message = str(issue["msg"]).removeprefix("Value error, ")
    if issue["type"] == "extra_forbidden":
        name = str(issue["loc"][-1])
        return DataError(f'unknown key "{name}".', file=file, key=path, nearest=nearest(name, known))
    if issue["type"] == "missing":
        return DataError("this key is missing.", file=file, key=path)
    given = issue.get("input")
    shown = f" (found {given!r})" if isinstance(given, str | int | float | bool) else ""
    return DataError(f"{message}{shown}.", file=file, key=path)


def _path(record: type[Record], location: tuple[int | str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return pydantic's location as a dotted path without union tags, and the keys known there."""
    text = ""
    for number, part in enumerate(location):
        if isinstance(part, int):
            text += f"[{part}]"
        elif number and location[number - 1] == "pharmacology" and part in _CLASSES:
            continue
        else:
            text += f".{part}" if text else part
    return text, _known_keys(record, location[:-1])


def _known_keys(record: type[Record], location: tuple[int | str, ...]) -> tuple[str, ...]:
    models: list[type[Record]] = [record]
    for part in location:
        if not isinstance(part, str):
            continue
        tagged = [model for model in models if _tag(model) == part]
        inside = [model.model_fields[part].annotation for model in models if part in model.model_fields]
        models = tagged or [found for annotation in inside for found in _records(annotation)] or models
    fields = {field.alias or name for model in models for name, field in model.model_fields.items()}
    return tuple(sorted(fields))


def _tag(model: type[Record]) -> str | None:
    field = model.model_fields.get("kind")
    options: tuple[Any, ...] = get_args(field.annotation) if field else ()
    return str(options[0]) if len(options) == 1 else None


def _records(annotation: Any) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _records(part)]

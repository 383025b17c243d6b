"""The drug that a name in a file stands for."""

from __future__ import annotations

import functools
from typing import Any

from pydantic import TypeAdapter, ValidationError

from erbium.core.errors import ErbiumError
from erbium.formats.patient.draft import Draft
from erbium.knowledge.catalogue import load_regimens, resolve_drug
from erbium.profile.vocabulary import ReasonEnded, Response


@functools.lru_cache(maxsize=4096)
def drugs_named(text: str) -> tuple[str, ...]:
    """Return the drugs of a name, of several joined by ``+``; none where one of them is not known."""
    found: list[str] = []
    for name in text[:400].replace(" and ", " + ").split("+"):
        # "trastuzumab 440 MG Injection" is read by its first word.
        for spelling in (name.strip(), name.strip().partition(" ")[0]):
            try:
                found.append(resolve_drug(spelling).id)
                break
            except ErbiumError:
                continue
        else:
            return ()
    return tuple(dict.fromkeys(found))


@functools.cache
def _regimen_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for regimen in load_regimens().values():
        names |= {regimen.id.casefold(): regimen.name, regimen.name.casefold(): regimen.name}
    return names


def treatment_named(text: str) -> dict[str, Any] | None:
    """Return the regimen or the drugs that a name stands for, as keys of an earlier treatment."""
    regimen = _regimen_names().get(" ".join(text.casefold().split())[:200])
    if regimen is not None:
        return {"regimen": regimen}
    drugs = drugs_named(text)
    return {"drugs": list(drugs)} if drugs else None


def one_of(kind: Any, text: str | None) -> str | None:
    """Return the word of a vocabulary that a text stands for, None where it is none of them."""
    if not text:
        return None
    try:
        word: str = TypeAdapter(kind).validate_python(text.strip()[:60])
    except ValidationError:
        return None
    return word


def response(text: str | None) -> str | None:
    """Return the response that a text stands for."""
    return one_of(Response, text)


def reason_ended(text: str | None) -> str | None:
    """Return the reason for ending that a text stands for, by its words."""
    exact = one_of(ReasonEnded, text)
    if exact or not text:
        return exact
    folded = text.casefold()
    for reason, words in {
        "progression": ("progress", "recur"),
        "toxicity": ("toxic", "adverse", "intoleran", "side effect"),
        "completed": ("complet", "finished"),
        "choice": ("choice", "preference", "declin", "refus"),
    }.items():
        if any(word in folded for word in words):
            return reason
    return None


def group_by_course(courses: list[tuple[str, dict[str, Any]]], draft: Draft) -> None:
    """Add courses of single drugs to the draft; those with equal dates are one treatment."""
    together: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
    for path, course in courses:
        key: tuple[Any, ...] = (course.get("start"), course.get("stop"), course.get("setting"))
        if course.get("start") is None:
            key = (path,)
        if key in together:
            known = together[key][1]
            known["drugs"] = list(dict.fromkeys([*known["drugs"], *course["drugs"]]))
            for name, value in course.items():
                known.setdefault(name, value)
        else:
            together[key] = (path, dict(course))
    draft.therapies += sorted(together.values(), key=lambda entry: str(entry[1].get("start") or "~"))

"""What is known of a node or an influence of the network: who acts, reactions, numbers, claims, evidence."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dash import html

from erbium.core import expression as ex
from erbium.core.errors import UnknownName
from erbium.knowledge.claims import load_claims
from erbium.model import build_network
from erbium.model.balance import plain
from erbium.model.network import NetworkReaction
from erbium.model.parameter_table import parameter_rows
from erbium.web import lookup
from erbium.web.pages.parts import badge, empty, table

#: Most claims and items of evidence that are listed.
MOST = 8
Parts = list[Any]


def node_facts(name: str) -> Parts:
    """Return what is known of a node."""
    data = lookup.network()
    node = next((one for one in data["nodes"] if one["id"] == name), None)
    if node is None:
        return [empty("No such node.")]
    labels = {one["id"]: str(one["label"]) for one in data["nodes"]}
    onto = [edge for edge in data["edges"] if edge["target"] == name]
    from_ = [edge for edge in data["edges"] if edge["source"] == name]
    module = str(node["module"]).replace("_", " ")
    parts: Parts = [html.H2(str(node["label"])), html.P(f"{node['kind']} of {module}")]
    if node.get("forms") and node["forms"] != node["label"]:
        parts.append(html.P([html.B("Forms: "), str(node["forms"])]))
    for title, edges, key in (("What acts on it", onto, "source"), ("What it acts on", from_, "target")):
        rows = [[labels[edge[key]], edge["kind"], edge["reactions"]] for edge in edges]
        parts.append(html.H3(f"{title} ({len(rows)})"))
        parts.append(table(["Node", "How", "Reactions or rules"], rows, title) if rows else empty("Nothing."))
    named = {word for edge in (*onto, *from_) for word in str(edge["reactions"]).split()}
    return [*parts, *_numbers(named), *_claims([str(node["label"])]), *_evidence(str(node["label"]))]


def edge_facts(source: str, target: str) -> Parts:
    """Return what is known of an influence."""
    data = lookup.network()
    edge = next((e for e in data["edges"] if (e["source"], e["target"]) == (source, target)), None)
    if edge is None:
        return [empty("No such influence.")]
    labels = {one["id"]: str(one["label"]) for one in data["nodes"]}
    ends = labels[source], labels[target]
    named = str(edge["reactions"]).split()
    rows = [
        [html.Code(one["id"]), html.Code(one["equation"]), html.Code(one["rate"])] for one in reactions(named)
    ]
    parts: Parts = [
        html.H2(f"{ends[0]} → {ends[1]}"),
        html.P(f"{edge['kind']}, in {str(edge['module']).replace('_', ' ')}"),
    ]
    if edge["silent_at_rest"]:
        parts.append(html.P("Without drugs it does nothing: it is an idle knob, or its source is absent."))
    parts += [
        html.H3("Reactions and rules"),
        table(["Id", "Equation", "Rate per hour, or value"], rows, "reactions of this influence"),
    ]
    return [*parts, *_numbers(named), *_claims(ends, every=True)]


def reactions(names: Iterable[str]) -> list[dict[str, str]]:
    """Return reactions and rules by bare name: equation, and rate or expression."""
    known, rules = _reactions(), _rules()
    found = []
    for name in dict.fromkeys(names):
        if name in known:
            one = known[name]
            found.append({"id": name, "equation": _equation(one), "rate": _bare(ex.text(one.rate))})
        elif name in rules:
            found.append({"id": name, "equation": "rule", "rate": _bare(rules[name])})
    return found


@functools.cache
def _reactions() -> Mapping[str, NetworkReaction]:
    return {plain(one.id): one for one in build_network().reactions}


@functools.cache
def _rules() -> Mapping[str, str]:
    return {plain(name): ex.text(rule) for name, rule in build_network().rules.items()}


def _equation(reaction: NetworkReaction) -> str:
    sides = (
        " + ".join(f"{count} {plain(name)}" if count > 1 else plain(name) for name, count in side)
        for side in (reaction.reactants, reaction.products)
    )
    return " → ".join(sides).strip()


def _bare(text: str) -> str:
    return re.sub(r"\bc1\.", "", text)


def _numbers(named: Iterable[str]) -> Parts:
    """Return the parameters in the rates of reactions and rules, with unit, kind and source."""
    words: set[str] = set()
    for one in reactions(named):
        words |= set(re.findall(r"[A-Za-z_]\w*", one["rate"]))
    rows = [
        [
            html.Code(row.name),
            f"{row.value:g} {'' if row.unit == '1' else row.unit}".strip(),
            "–" if row.low is None or row.high is None else f"{row.low:g} – {row.high:g}",
            html.Span([badge(row.kind), f" {row.status}"]),
            row.source or "–",
        ]
        for row in _parameters()
        if row.name in words
    ]
    title = html.H3(f"Numbers ({len(rows)})")
    if not rows:
        return [title, empty("No number of its own.")]
    heads = ["Parameter", "Value", "Range (5–95 %)", "Kind", "Source"]
    return [title, table(heads, rows, "numbers in these reactions")]


@functools.cache
def _parameters() -> tuple[Any, ...]:
    return tuple(parameter_rows())


def _claims(labels: Iterable[str], *, every: bool = False) -> Parts:
    """Return the claims that name one of some nodes, or every one of them."""
    patterns = [_named(label) for label in labels]
    wanted = all if every else any
    found = [
        one.claim for one in load_claims().values() if wanted(p.search(one.claim.statement) for p in patterns)
    ]
    title = html.H3(f"Claims that name {'both' if every else 'it'} ({len(found)})")
    if not found:
        return [title, empty("None.")]
    rows = []
    for claim in found[:MOST]:
        state = "not executable" if not claim.executable else "contested" if claim.contested else "tested"
        missed = f" Not reproduced: {claim.not_reproduced}." if claim.not_reproduced else ""
        rows.append(
            html.Li(
                [
                    badge(claim.id),
                    f" {claim.statement}. ",
                    html.Span(f"{state}; {claim.source}.{missed}", className="small muted"),
                ]
            )
        )
    more = [html.P(f"and {len(found) - MOST} more", className="small muted")] if len(found) > MOST else []
    return [title, html.Ul(rows, className="bare"), *more]


def _named(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(label)}(?![A-Za-z0-9])")


def _evidence(label: str) -> Parts:
    """Return the strongest items of evidence on the marker of the same name; nothing where it is none."""
    try:
        found = lookup.evidence_search(marker=label, limit=MOST)
    except UnknownName:
        return []
    if not found["items"]:
        return []
    items = [html.Li([badge(str(item["level"]), "tier"), f" {item['claim']}"]) for item in found["items"]]
    return [html.H3(f"Evidence on it ({found['found']})"), html.Ul(items, className="bare")]

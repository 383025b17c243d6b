"""What a file of another program held, in words: what was read, chosen, left out, and could not be mapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from erbium.web.pages.parts import badge, message, table

_FORMS = {
    "phenopacket": "a Phenopacket",
    "mcode": "an mCODE bundle",
    "vcf": "a VCF",
    "maf": "a MAF",
    "table": "a table",
}


def taken_in(found: Mapping[str, Any]) -> list[Any]:
    """Return what is told of an import; the first profile is the one that is shown."""
    one = found["profiles"][0]
    several = f", the first of {len(found['ids'])} patients" if len(found["ids"]) > 1 else ""
    parts: list[Any] = [
        message(
            "note",
            html.P(
                [
                    html.B(one["id"]),
                    f" was read from {_FORMS.get(found['format'], found['format'])}{several}: ",
                    badge(one["her2_label"]),
                ]
            ),
            html.P("Names, numbers and dates of birth were not carried over.", className="small muted"),
        )
    ]
    if one["left_out"]:
        rows = [html.Li([html.Code(str(fault["key"])), f" {fault['message']}"]) for fault in one["left_out"]]
        words = html.P(html.B(f"{len(rows)} values are wrong and were left out"))
        parts.append(message("error", words, html.Ul(rows), role="alert"))
    for title, texts in (("Chosen where there were several", one["chosen"]), ("Remarks", one["notes"])):
        if texts:
            parts.append(_more(f"{title} ({len(texts)})", html.Ul([html.Li(text) for text in texts])))
    if one["not_mapped"]:
        lines = [
            [html.Code(entry["path"]), f"{entry['what']}{_times(entry['count'])}", entry["why"]]
            for entry in one["not_mapped"]
        ]
        shown = table(["Place in the file", "What", "Why"], lines, "what could not be mapped")
        parts.append(_more(f"Not mapped ({one['not_mapped_count']})", shown))
    else:
        parts.append(html.P("Everything in the file has its place.", className="small muted"))
    if found["columns"]:
        lines = [[html.Code(name), str(field)] for name, field in found["columns"].items()]
        parts.append(
            _more(f"Columns ({len(lines)})", table(["Column", "Read as"], lines, "columns of the table"))
        )
    if found["failed"]:
        rows = [
            html.Li([html.B(f"{entry['id']}: "), "; ".join(fault["message"] for fault in entry["errors"])])
            for entry in found["failures"]
        ]
        words = html.P(html.B(f"{found['failed']} patients could not be read"))
        parts.append(message("error", words, html.Ul(rows), role="alert"))
    return parts


def _more(title: str, content: Any) -> html.Details:
    return html.Details([html.Summary(title), content])


def _times(count: int) -> str:
    return f" ×{count}" if count > 1 else ""

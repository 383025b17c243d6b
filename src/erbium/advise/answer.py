"""The answer: options in order, with intervals, reasons, cautions, gaps and sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from erbium.core.result import NOTICE, plain, version

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Advice:
    """Result of :func:`erbium.advise.advise`; the content is that of its JSON.

    Attributes
    ----------
    body
        The answer as JSON-safe data, schema ``erbium.advise/1``.
    """

    body: dict[str, Any] = field(repr=False)

    @property
    def options(self) -> list[dict[str, Any]]:
        """The options in order."""
        return list(self.body["options"])

    @property
    def warnings(self) -> list[str]:
        """What the reader must know before trusting the answer."""
        return list(self.body["warnings"])

    def json(self) -> dict[str, Any]:
        """Return the answer as JSON-safe data."""
        return dict(self.body)

    def table(self) -> pd.DataFrame:
        """Return one row per option: rank, tier, regimen, endpoints with intervals, P(better)."""
        import pandas as pd

        rows = []
        for option in self.options:
            row: dict[str, Any] = {
                "rank": option["rank"],
                "tier": option["tier"],
                "list": option["list"],
                "regimen": option["regimen"],
                "name": option["name"],
                "tie_with": ", ".join(map(str, option["tie_with"])),
            }
            for endpoint in option["endpoints"]:
                for part in ("median", "low", "high"):
                    row[f"{endpoint['name']}_{part}"] = endpoint[part]
            against = option["versus_reference"]
            row["p_better"] = against["p_better"]
            row["difference"] = against["difference"]["median"]
            rows.append(row)
        return pd.DataFrame(rows)

    def why(self) -> str:
        """Return the reasons of the explained options in words."""
        lines: list[str] = []
        for option in self.options:
            if option["reasons"]:
                lines.append(f"{option['rank']}. {option['name']} (tier {option['tier']})")
                lines += [f"   {reason}" for reason in option["reasons"]]
        return "\n".join(lines)

    def cite(self) -> list[dict[str, Any]]:
        """Return the sources of the options."""
        return list(self.body["sources"])


def envelope(
    schema: str, *, seed: int, knowledge_hash: str, knowledge_date: str, warnings: list[str]
) -> dict[str, Any]:
    """Return the top keys of every JSON document."""
    return {
        "schema": schema,
        "version": version(),
        "seed": seed,
        "knowledge_hash": knowledge_hash,
        "knowledge_date": knowledge_date,
        "notice": NOTICE,
        "warnings": warnings,
    }


def safe(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` with arrays as lists and not-a-number as null."""
    return dict(plain(body))

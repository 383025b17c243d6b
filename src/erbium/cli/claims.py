"""`erbium claims`: what two reviews say, asked of the model, and the audit of those questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import following
from erbium.cli.console import Column, note, say, say_json, show_fields, show_table
from erbium.cli.deliver import deliver
from erbium.cli.failure import BAD_INPUT
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, Seed, examples
from erbium.cli.output import Target, target

if TYPE_CHECKING:
    from erbium.claims.audit import Audit

app = typer.Typer(no_args_is_help=True)

REPORT_SUFFIXES = (".html", ".md", ".json")
Members = Annotated[
    int, typer.Option("--members", min=1, max=1000, help="Parameter draws; the first is the typical cell.")
]
_GROUP = (
    Column("name", "of"),
    *(
        Column(key, heading, number=True)
        for key, heading in (
            ("executable", "executable"),
            ("reproduced", "reproduced"),
            ("share", "share"),
            ("not_reproduced", "not reproduced"),
            ("contested", "contested"),
            ("vacuous", "vacuous"),
            ("awaiting_calibration", "awaiting"),
            ("not_executable", "not executable"),
            ("duplicate", "duplicate"),
        )
    ),
)
_CLAIM = (
    Column("id", "id"),
    Column("system", "system"),
    Column("kind", "kind"),
    Column("status", "status"),
    Column("words", "effect (90 % interval)"),
    Column("hops", "hops", number=True),
    Column("reason", "reason"),
)
_LISTED = (
    Column("id", "id"),
    Column("system", "system"),
    Column("kind", "kind"),
    Column("statement", "claim"),
)


@app.command(
    "check",
    epilog=examples(
        "erbium claims check",
        "erbium claims check --system pi3k-akt-mtor",
        "erbium claims check --id S1-019 --json",
        "erbium claims check --report claims.html",
    ),
)
def check(
    system: Annotated[
        str | None, typer.Option("--system", help="Only claims of this system.", show_default=False)
    ] = None,
    ids: Annotated[
        list[str] | None,
        typer.Option("--id", help="Only this claim or specificity check; repeatable.", show_default=False),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", "-o", help="Write a report: .html, .md or .json.", show_default=False),
    ] = None,
    tuning: Annotated[
        bool, typer.Option("--tuning", help="Leave out the ids that are held out: they are not for tuning.")
    ] = False,
    members: Members = 32,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Run the claims as checks and say which the model reproduces."""
    place = target(report, REPORT_SUFFIXES, key="--report")

    from erbium.claims.run import check_claims

    with following("claims") as move:
        found = check_claims(
            system=system, ids=ids or (), tuning=tuning, members=members, seed=seed, progress=move
        )
    payload = found.json()
    if place is not None:
        _write(place, payload)
    if as_json:
        say_json(payload)
    else:
        _show(payload, whole=system is None and not ids)


@app.command("audit", epilog=examples("erbium claims audit --sample 40", "erbium claims audit -o audit.json"))
def audit(
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=1, help="Only so many claims, chosen by a hash.", show_default=False),
    ] = None,
    members: Members = 32,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Ask whether the reproduced claims could have failed, and how far they carry.

    The opposite must not be seen as well; with the mediating edge cut the claim must fail; the effect must be
    there at other doses and times and, for a general claim, in other lines. Base rates stand beside.
    """
    place = target(out, (".json",))

    from erbium.claims.audit import audit_claims

    with following("audit") as move:
        found = audit_claims(sample=sample, members=members, seed=seed, progress=move)
    payload = found.json()
    if place is not None:
        place.write_json(payload)
        note(f"written: {place.path}")
    if as_json:
        say_json(payload)
    else:
        _show_audit(found)


@app.command("held-out", epilog=examples("erbium claims held-out", "erbium claims held-out --record"))
def held_out(
    record: Annotated[
        bool, typer.Option("--record", help="Run them now and record the result, once and for all.")
    ] = False,
    members: Members = 32,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Show the first result of the claims that are not looked at while tuning, or record it."""
    from erbium.claims.held_out import record_first_run, recorded, refuse_second_run

    if record:
        refuse_second_run()
        from erbium.claims.run import check_claims

        with following("claims") as move:
            found = check_claims(members=members, seed=seed, progress=move)
        note(f"written: {record_first_run(found)}")
    first = recorded()
    if as_json:
        say_json(document("claims_held_out", first_run=first))
    elif first is None:
        say("not recorded yet: erbium claims held-out --record")
    else:
        show_fields(
            [(key, value) for key, value in first.items() if not isinstance(value, Mapping)]
            + list(first["totals"].items()),
            "Held-out claims at their first run",
        )


@app.command("list", epilog=examples("erbium claims list", "erbium claims list --system nfkb"))
def list_claims(
    system: Annotated[
        str | None, typer.Option("--system", help="Only claims of this system.", show_default=False)
    ] = None,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """List the claims."""
    from erbium.claims.run import choose
    from erbium.knowledge.claims import load_claims

    chosen, _ = choose(load_claims(), {}, system, ())
    rows: list[dict[str, Any]] = [
        {
            "id": item.claim.id,
            "system": item.system,
            "kind": item.claim.kind,
            "executable": item.claim.executable,
            "contested": item.claim.contested,
            "statement": item.claim.statement,
            "source": item.claim.source,
        }
        for item in chosen
    ]
    deliver(
        document("claims_list", claims=rows),
        rows,
        lambda: show_table(rows, _LISTED),
        as_json=as_json,
        out=out,
    )


@app.command("validate", epilog=examples("erbium claims validate pi3k_akt_mtor.toml"))
def validate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Claim files, or files of specificity checks.")
    ],
    as_json: Json = False,
) -> None:
    """Check claim files that are being written: shape, arms, and every name in them."""
    from erbium.claims.faults import file_faults

    rows = [error.json() for file in files for error in file_faults(file)]
    if as_json:
        say_json(document("claims_validate", ok=not rows, errors=rows))
    else:
        for file in files:
            found = [str(error) for error in file_faults(file)]
            say("\n".join(found) if found else f"{file}: all is well")
    if rows:
        raise typer.Exit(BAD_INPUT)


def _write(place: Target, payload: dict[str, Any]) -> None:
    if place.suffix == ".json":
        place.write_json(payload)
    else:
        from erbium.report.claims import claims_html, claims_markdown

        place.write(claims_html(payload) if place.suffix == ".html" else claims_markdown(payload))
    note(f"Report: {place.path}")


def _show(payload: Mapping[str, Any], *, whole: bool) -> None:
    from erbium.report.claims import effect_in_words, reproduced_share

    def counts(groups: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
        return [{"name": name, **group, "share": reproduced_share(group)} for name, group in groups.items()]

    claims = [{**item, "words": effect_in_words(item)} for item in payload["claims"]]
    if whole:
        show_table(counts(payload["by_system"]), _GROUP, "By system")
        say()
        show_table(counts(payload["by_kind"]), _GROUP, "By kind")
        say()
        claims = [item for item in claims if item["status"] in ("not_reproduced", "vacuous")]
        if claims:
            show_table(claims, _CLAIM, "Not reproduced, and vacuous")
            say()
    elif claims:
        show_table(claims, _CLAIM)
        say()
    failed = [item for item in payload["specificity_checks"] if not whole or item["status"] != "reproduced"]
    if failed:
        rows = [{**item, "words": effect_in_words(item)} for item in failed]
        show_table(rows, _CLAIM, "Specificity checks that do not hold" if whole else "Specificity checks")
        say()
    held, near = payload["specificity"], payload["hops"]
    show_fields(
        [
            *((name.replace("_", " "), number) for name, number in payload["totals"].items()),
            ("specificity", f"{held['held']} of {held['of']} hold"),
            ("0-1 hop", f"{near['hops_0_1']} of {sum(near.values())}"),
        ],
        "Totals",
    )


def _show_audit(found: Audit) -> None:
    rows = [
        {
            **item.json(),
            "grid": f"{item.doses_and_times}/{item.of}",
            "in_lines": f"{item.lines}/{item.of_lines}" if item.of_lines else None,
        }
        for item in found.audited
    ]
    show_table(
        rows,
        (
            Column("id", "id"),
            Column("kind", "kind"),
            Column("hops", "hops", number=True),
            Column("opposite_fails", "opposite fails"),
            Column("cut_fails", "cut fails"),
            Column("grid", "doses x times", number=True),
            Column("in_lines", "other lines", number=True),
            Column("passes", "passes"),
        ),
    )
    say()
    show_fields([(key.replace("_", " "), value) for key, value in found.summary().items()], "Audit")
    rates = found.rates.json()
    show_fields(
        [
            (key.replace("_", " "), f"{value:.0%}" if isinstance(value, float) else value)
            for key, value in rates.items()
        ],
        "Directed expectations met, against guessing",
    )
    for name, counts in found.held_out.items():
        show_fields([(key.replace("_", " "), value) for key, value in counts.items()], name.replace("_", " "))

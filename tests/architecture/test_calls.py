"""Library code neither prints nor evaluates text."""

from __future__ import annotations

from tests.architecture.source import FILES, PACKAGE, calls, name

OUTPUT = PACKAGE / "cli"  # the one place whose job is to print


def test_no_print_in_the_library() -> None:
    found = [
        f"{name(file)}:{line}"
        for file in FILES
        if not file.is_relative_to(OUTPUT)
        for call, line in calls(file)
        if call == "print"
    ]
    assert not found, "return the text, or raise; the command line prints"


def test_text_is_parsed_never_evaluated() -> None:
    found = [
        f"{name(file)}:{line} {call}"
        for file in FILES
        for call, line in calls(file)
        if call in {"eval", "exec", "compile", "__import__"}
    ]
    assert not found, "use the expression parser of erbium.core"

"""The pages in Chromium: a case is loaded, asked, an option opened; nothing fails, nothing leaves."""

from __future__ import annotations

from typing import Any

import pytest


def test_from_a_case_to_an_opened_option(page: Any) -> None:
    page.goto("/")
    check = page.locator("#case-check")
    check.get_by_text("HER2-positive").wait_for()
    page.get_by_label("HER2/CEP17 ratio").fill("1.2")
    check.get_by_role("alert").get_by_text("her2.ish_ratio").wait_for()
    page.get_by_label("HER2 copies").fill("-4")
    check.get_by_role("alert").get_by_text("her2.copies").wait_for()
    assert page.get_by_role("button", name="Which treatments are left?").is_disabled()
    page.get_by_label("HER2/CEP17 ratio").fill("5.6")
    page.get_by_label("HER2 copies").fill("14")
    check.get_by_text("ISH group 1").wait_for()

    page.get_by_label("Digital twins").fill("2")
    page.get_by_label("Options to explain").fill("1")
    page.get_by_label("Options to explain").press("Tab")
    page.get_by_role("button", name="Which treatments are left?").click()
    page.wait_for_url("**/options?job=*")
    page.get_by_role("progressbar").wait_for()
    page.reload()
    option = page.get_by_role("button", name="trastuzumab deruxtecan", exact=True)
    option.wait_for()
    option.press("Enter")
    opened = page.locator("section.option")
    opened.get_by_role("heading", name="Evidence", exact=True).wait_for()
    assert page.evaluate("document.activeElement.id") == "option-title"
    assert opened.get_by_role("img").count() >= 2
    page.get_by_role("radio").last.check()
    page.locator("#what-if-order").get_by_role("cell").first.wait_for()


def test_evidence_trials_and_network_are_looked_at(page: Any) -> None:
    page.goto("/evidence")
    page.get_by_label("Marker").fill("PTEN")
    page.locator("#ev-items").get_by_text("PTEN").first.wait_for()
    page.locator("#ev-conflicts summary").first.click()
    page.locator("#ev-conflicts details[open]").get_by_role("heading", name="Against").first.wait_for()
    page.get_by_label("Marker").fill("PTENN")
    page.locator("#ev-items").get_by_role("alert").get_by_text('no marker "PTENN"').wait_for()

    page.get_by_role("link", name="Network").click()
    page.locator("#net-picture canvas").first.wait_for()
    page.get_by_text("No node is chosen.").wait_for()

    page.get_by_role("link", name="Trials").click()
    page.locator("#trial-about").get_by_text("NCT00567190").wait_for()
    page.get_by_label("Patients").fill("20000")
    page.get_by_label("Patients").press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("cancelled").first.wait_for()
    page.get_by_role("button", name="Run again").wait_for()
    page.goto("/nowhere")
    page.get_by_role("heading", name="No such page").wait_for()


@pytest.mark.parametrize("path", ["/", "/evidence", "/trials", "/network", "/options"])
def test_no_page_shuts_anyone_out(page: Any, path: str) -> None:
    """No serious fault by the rules of axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.goto(path)
    page.locator("main h1").wait_for()
    if path == "/":
        page.locator("#case-check h2").first.wait_for()
    if path == "/evidence":
        page.locator("#ev-items table").wait_for()
    found = axe.Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not grave

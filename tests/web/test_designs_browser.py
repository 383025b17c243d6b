"""Combinations, Experiment and Claims in Chromium: searched, run, opened; nothing fails, nothing leaves."""

from __future__ import annotations

from typing import Any

import pytest


def shuts_nobody_out(page: Any) -> None:
    """No serious fault by the rules of axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not grave


def test_a_search_is_cancelled_then_one_is_looked_at_and_a_set_opened(page: Any) -> None:
    page.goto("/")
    page.locator("#case-check").get_by_text("HER2-positive").wait_for()
    page.get_by_role("link", name="Combinations").click()
    page.locator("#comb-case-about b").wait_for()
    page.get_by_label("all drugs of the catalogue").check()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("cancelled").first.wait_for()

    page.get_by_label("the drugs chosen below").check()
    for name, value in (("Parameter draws", "2"), ("Sets to explain", "1")):
        page.get_by_label(name).fill(value)
        page.get_by_label(name).press("Tab")
    page.get_by_role("button", name="Search", exact=True).click()
    heat = page.locator("#comb-map table")
    heat.wait_for()
    assert heat.locator("tbody tr").count() > 3
    page.get_by_label("Gain over the better part").check()
    page.locator("#comb-map").get_by_text("less that of the better").wait_for()
    page.get_by_label("Benefit", exact=True).check()
    page.locator("#comb-map").get_by_text("on the diagonal an agent alone").wait_for()
    page.locator("#comb-result").get_by_role("img", name="Benefit against burden").wait_for()
    heat.get_by_role("button").first.press("Enter")
    page.get_by_role("heading", name="Escapes it closes").wait_for()
    assert page.evaluate("document.activeElement.id") == "set-title"
    shuts_nobody_out(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Numbers (CSV)").click()
    assert saved.value.suggested_filename.endswith(".csv")


def test_without_a_case_or_drugs_the_search_says_what_is_missing(page: Any) -> None:
    page.goto("/combinations")
    page.get_by_text("Nothing was searched yet.").or_(page.locator("#comb-recent table")).wait_for()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("alert").get_by_text("There is no case").wait_for()


def test_a_dose_response_and_a_time_course(page: Any) -> None:
    page.goto("/experiment")
    page.get_by_label("To", exact=True).fill("0.001")
    page.get_by_label("To", exact=True).press("Tab")
    page.get_by_label("Draws of the kinetic numbers").fill("2")
    page.get_by_label("Draws of the kinetic numbers").press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("alert").get_by_text("ascending concentrations").wait_for()
    page.get_by_label("To", exact=True).fill("1000")
    page.get_by_label("To", exact=True).press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    result = page.locator("#exp-result")
    result.get_by_role("img", name="IC50").wait_for()
    result.get_by_role("region", name="metrics of the dose-response").wait_for()
    result.get_by_text("intervals over so few draws say little").wait_for()

    page.get_by_label("time course").check()
    page.get_by_label("Treatment 1").wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    result.get_by_role("region", name="readings").wait_for()
    shuts_nobody_out(page)
    page.reload()
    page.locator("#exp-recent").get_by_role("link").first.click()
    result.get_by_role("region", name="readings").wait_for()


def test_a_claim_is_found_opened_and_run(page: Any) -> None:
    page.goto("/claims")
    table = page.locator("#cl-found table")
    table.wait_for()
    shuts_nobody_out(page)
    page.get_by_label("Words").fill("no such words")
    page.get_by_text("No claim fits.").wait_for()
    page.get_by_label("Words").fill("SRC pten phosphatase")
    page.get_by_label("Words").fill("src")
    table.wait_for()
    table.locator("tr", has_text="reproduced").get_by_role("link").first.click()
    page.get_by_role("heading", name="What must be seen, and what was").wait_for()
    page.get_by_label("Parameter draws").fill("2")
    page.get_by_label("Parameter draws").press("Tab")
    page.get_by_role("button", name="Run this claim").click()
    page.locator("#cl-result table").wait_for()
    shuts_nobody_out(page)
    page.goto("/claims?id=S9-999")
    page.get_by_role("alert").get_by_text('no claim "S9-999"').wait_for()

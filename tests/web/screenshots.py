"""Take the pictures of the documentation: ``python -m tests.web.screenshots [PAGE ...] [--out docs/web]``.

A server is started with the shipped cases, asked what the pictures show, and photographed in Chromium, with
seed 1 throughout. All pages take five to ten minutes; pages that are named are taken alone. The first page of
the PDF report lies beside the folder, as ``advice-page-one.png``. Look at every picture before it is kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.web.conftest import Server, find_chromium, serving
from tests.web.test_browser import SAMPLES, choose, fill_in, open_a_conflict

WIDTH, HEIGHT = 1366, 768
LONG = 600_000.0  # milliseconds; a search or an answer on a machine that does other things too
#: A page of the report: its size in pixels, and what the viewer leaves around it (left, above, below).
PAPER, AROUND = (804, 1137), (6, 4, 11)
REPORTED, REPORT_TWINS = "board_second_line", 80


@dataclass
class Studio:
    """A page in the browser, the server behind it, and the folder that pictures go to."""

    browser: Any
    server: Server
    out: Path
    page: Any

    def take(self, name: str, at: str = "", height: int = HEIGHT, above: int = 0) -> None:
        """Take a picture of the whole width, from an element (`above` pixels before it) or from the top."""
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.evaluate("scrollTo(0, 0)")
        if at:
            move = "(one, above) => scrollTo(0, one.getBoundingClientRect().top + scrollY - above)"
            self.page.locator(at).first.evaluate(move, above)
        self.page.wait_for_timeout(800.0)  # what moves comes to rest
        self.page.screenshot(path=self.out / f"{name}.png")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.said(name)

    def said(self, name: str) -> None:
        """Say that a picture was taken."""
        sys.stdout.write(f"{name}.png\n")
        sys.stdout.flush()

    def run(self, name: str = "Run") -> None:
        """Press the button that starts a job."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def case(self) -> None:
        """Open the case that the pages begin with."""
        self.page.goto("/")
        self.page.locator("#case-check h2").first.wait_for()


def case(studio: Studio) -> None:
    """The page Case: as it opens, a file taken in, its forms, and what was followed."""
    page = studio.page
    studio.case()
    studio.take("case")
    page.locator("input[type=file]").set_input_files(SAMPLES / "phenopacket.json")
    page.locator("#case-taken-in").get_by_text("was read from a Phenopacket").wait_for()
    page.locator("#case-taken-in").get_by_text("Not mapped").click()
    studio.take("case_import", "#case-example", above=70)
    page.locator("#case-entries-title").click()
    page.get_by_role("group", name="Specimen 2", exact=True).wait_for()
    studio.take("case_entries", "#case-entries-details", 1100, above=12)
    choose(page, "#case-example", REPORTED.replace("_", " "))
    page.get_by_role("group", name="Marker 1 of treatment 1", exact=True).wait_for()
    page.wait_for_timeout(1500.0)  # the fields settle after another case was chosen
    for clone, (name, share, ihc) in enumerate((("HER2-high", "0.65", "3+"), ("HER2-low", "0.3", "1+")), 1):
        page.get_by_role("button", name="Add a clone").click()
        group = page.get_by_role("group", name=f"Clone {clone}", exact=True)
        group.wait_for()
        fill_in(group.get_by_label("Name"), name)
        fill_in(group.get_by_label("Share"), share)
        page.wait_for_timeout(1000.0)  # what was typed is written; a list that is open may close with it
        choose(page, f"""[id='{{"at":"{clone - 1}","entry":"clones","part":"her2_ihc"}}']""", ihc)
    page.locator("#case-check").get_by_text("Expected a sum of 1").wait_for()
    studio.take("case_followed", """[aria-label="Treatment 1"]""", 1200, above=12)


def options(studio: Studio) -> None:
    """The page Options: the order, one option opened, two side by side, and another tumour."""
    page = studio.page
    studio.case()
    studio.run("Which treatments are left?")
    option = page.get_by_role("button", name="tucatinib + trastuzumab + capecitabine", exact=True)
    option.wait_for()
    page.locator("#compared-table figure img").wait_for()
    studio.take("options")
    studio.take("compare", "#compared", above=34)
    choose(page, "#if-present", "PTEN loss")
    page.locator("#what-if-order").get_by_text("All 50 twins").wait_for()
    studio.take("what_if", "fieldset:has(#if-present)", above=12)
    option.click()
    opened = page.locator("section.option")
    opened.get_by_role("heading", name="Evidence", exact=True).wait_for()
    studio.take("option", "section.option", 1240)


def combinations(studio: Studio) -> None:
    """The page Combinations: pairs of eight drugs, and benefit against burden."""
    studio.case()
    studio.page.get_by_role("link", name="Combinations").click()
    studio.page.locator("#comb-case-about b").wait_for()
    studio.run("Search")
    studio.page.locator("#comb-map table").wait_for()
    studio.take("combinations", "#comb-result", 880, above=12)


def evidence(studio: Studio) -> None:
    """The page Evidence: items on PTEN, and a conflict opened."""
    page = studio.page
    page.goto("/evidence")
    open_a_conflict(page, "PTEN")
    studio.take("evidence", "#ev-conflicts", 860, above=390)


def claims(studio: Studio) -> None:
    """The page Claims: one of them, opened."""
    studio.page.goto("/claims?id=S1-231")
    studio.page.get_by_role("heading", name="What must be seen, and what was").wait_for()
    studio.take("claim", "main h1", 1090, above=12)


def trials(studio: Studio) -> None:
    """The page Trials: curves, effects, and a text with a fault."""
    page = studio.page
    page.goto("/trials")
    page.locator("#trial-about").get_by_text("NCT00567190").wait_for()
    fill_in(page.get_by_label("Patients"), "60")
    studio.run()
    result = page.locator("#trial-result")
    result.get_by_alt_text("Waterfall plot").wait_for()
    studio.take("trials", height=1060)
    studio.take("trial_effects", "#trial-result h3:has-text('Effects and responses')", 1000, above=12)
    page.locator("#trial-editor summary").click()
    page.locator("#trial-check").get_by_text("as shipped").wait_for()
    text = page.get_by_label("Trial (TOML)")
    text.fill(text.input_value().replace("[population]", "[population]\nlinee = 1"))
    page.locator("#trial-check").get_by_role("alert").get_by_text("population.linee").wait_for()
    text.evaluate(
        "area => { const at = area.value.indexOf('linee');"
        " area.scrollTop = 18.85 * (area.value.slice(0, at).split('\\n').length - 12); }"
    )
    studio.take("trial_edit", "label[for='trial-name']", above=12)


def experiment(studio: Studio) -> None:
    """The page Experiment: a dose-response in two kinds of cells, and two drugs with a gene knocked down."""
    page = studio.page
    studio.case()
    page.get_by_role("link", name="Experiment").click()
    page.get_by_role("heading", name="Experiment", exact=True).wait_for()
    result = page.locator("#exp-result")
    choose(page, "#exp-cells", "cells of the case")
    page.locator("#exp-case-about b").wait_for()
    choose(page, "#exp-beside", "tucatinib (HER2 kinase inhibitor)")
    studio.run()
    result.get_by_role("region", name="metrics of the dose-response").wait_for()
    studio.take("experiment", "label[for='exp-cells']", 1340, above=50)
    page.goto("/experiment")
    page.get_by_label("two drugs").check()
    page.locator("#exp-knock").click()
    page.keyboard.type("PTEN")
    page.get_by_role("option", name="PTEN").click()
    page.keyboard.press("Escape")
    page.locator("#exp-dishes").get_by_text("each for 2 kinds of cells").wait_for()
    studio.run()
    result.get_by_role("img", name="Heat maps of living cells and of synergy").wait_for()
    studio.take("experiment_pair", "#exp-result", above=4)


def network(studio: Studio) -> None:
    """The page Network: a treatment with a node knocked down, and what is known of a node."""
    page = studio.page
    studio.case()
    page.get_by_role("link", name="Network").click()
    choose(page, "#net-view", "treatment or knock-down")
    choose(page, "#net-regimen", "trastuzumab emtansine")
    choose(page, "#net-knock", "AKT, at its ATP site")
    page.locator("#net-said").get_by_text("AKT, at its ATP site").wait_for()
    page.locator("#net-movers").get_by_role("heading", name="At 24 weeks").wait_for()
    choose(page, "#net-node", "HER3")
    page.locator("#net-about").get_by_alt_text("HER3 over time").wait_for()
    page.wait_for_timeout(3000.0)  # nodes find their places
    studio.take("network")
    studio.take("network_node", "#net-about", above=8)


def report(studio: Studio) -> None:
    """The first page of the report on a shipped case, as it is printed."""
    with studio.server.client() as client:
        asked = {"example": REPORTED, "twins": REPORT_TWINS}
        job = client.post("/api/v1/advise", json=asked).raise_for_status().json()["id"]
        while (state := client.get(f"/api/v1/jobs/{job}").json()["state"]) in ("queued", "running"):
            time.sleep(1.0)
        if state != "done":
            raise SystemExit(f"the report on {REPORTED} {state}")
        paper = client.get(f"/api/v1/jobs/{job}/report.pdf").raise_for_status().content
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.pdf"
        file.write_bytes(paper)
        left, above, below = AROUND
        size = {"width": PAPER[0] + 2 * left, "height": PAPER[1] + above + below}
        page = studio.browser.new_page(viewport=size)
        page.goto(f"{file.as_uri()}#toolbar=0&navpanes=0&view=Fit")
        page.wait_for_timeout(6000.0)  # the viewer does not say when it has drawn
        clip = {"x": left, "y": above, "width": PAPER[0], "height": PAPER[1]}
        page.screenshot(path=studio.out.parent / "advice-page-one.png", clip=clip)
        page.close()
    studio.said("../advice-page-one")


PAGES: dict[str, Callable[[Studio], None]] = {
    one.__name__: one
    for one in (case, options, combinations, evidence, claims, trials, experiment, network, report)
}


def main() -> None:
    """Take the pictures of the pages that are named, or of all."""
    words = argparse.ArgumentParser(description="Take the pictures of the documentation anew.")
    words.add_argument("pages", nargs="*", help=f"some of {', '.join(PAGES)}; all if none is named")
    words.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "docs" / "web")
    given = words.parse_args()
    if unknown := sorted(set(given.pages) - set(PAGES)):
        words.error(f"no page {', '.join(unknown)}; expected some of {', '.join(PAGES)}")
    from playwright.sync_api import sync_playwright

    place = find_chromium()
    if place is None:
        words.error("no Chromium (on Debian: apt-get install chromium)")
    given.out.mkdir(parents=True, exist_ok=True)
    # The viewer of PDF files is an extension of the browser.
    kept = ["--disable-extensions", "--disable-component-extensions-with-background-pages"]
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data)) as server,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=place, args=["--no-sandbox"], ignore_default_args=kept)
        for name in given.pages or PAGES:
            context = browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT}, base_url=server.address
            )
            context.set_default_timeout(LONG)
            PAGES[name](Studio(browser, server, given.out.resolve(), context.new_page()))
            context.close()
        browser.close()


if __name__ == "__main__":
    main()

"""The page of results in a real browser: whole, quiet, and readable in light and dark."""

from __future__ import annotations

import pytest

from generator.tuning.results.curves import Results, Step
from generator.tuning.results.page import render_results
from tests.report.browser import CHROMIUM, chromium
from tests.tuning.results.test_findings import falling, over_fitting, simulate

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")

EVIL = "<img src=http://127.0.0.1:9/x onerror=pwned=1><script>pwned=1</script>"
STROKE = "getComputedStyle(document.querySelector('.curves .s-{}')).stroke"


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium") / "profile") as tab:
        yield tab


def opened(tab, path, results, title):
    path.write_text("".join(render_results(results, title=title, facts={"Model": title})), "utf-8")
    tab.open(path.as_uri())
    assert tab.complaints == []
    assert tab.requests == [path.as_uri()]


def test_curves_and_steps_are_seen_in_light_and_dark(tab, tmp_path):
    colours = []
    for dark in (False, True):
        tab.look(width=1_000, height=800, dark=dark)
        opened(
            tab, tmp_path / "results.html", simulate(300, falling, over_fitting, noise=0.1), "job"
        )
        assert tab.run("document.querySelectorAll('figure svg').length") == 1
        assert tab.run("document.querySelectorAll('tbody tr').length") >= 10
        colours.append([tab.run(STROKE.format(role)) for role in ("train", "valid", "line")])
    light, dark_ones = colours
    assert len({*light, *dark_ones}) == 6


def test_a_phone_scrolls_the_curves_and_not_the_page(tab, tmp_path):
    tab.look(width=380, height=800)
    opened(tab, tmp_path / "results.html", simulate(300, falling, over_fitting), "job")
    assert tab.run("document.documentElement.scrollWidth") <= 380


def test_no_name_acts(tab, tmp_path):
    step = Step(step=1, values={"train_loss": 1.0}, others={EVIL: EVIL})
    opened(
        tab, tmp_path / "results.html", Results(steps=[step], sources=[EVIL], remarks=[EVIL]), EVIL
    )
    assert tab.run("typeof pwned") == "undefined"
    assert EVIL in tab.run("document.querySelector('h1').textContent")

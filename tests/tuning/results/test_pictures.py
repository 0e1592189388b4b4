"""Curves as pictures: one drawing, the same in SVG and PNG, whatever was measured."""

from __future__ import annotations

import io
import math
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from generator.tuning.results.charts import MOST_PLACES, draw_results
from generator.tuning.results.curves import Results, Step
from generator.tuning.results.drawing import Curve, Dot, Drawing, Label
from generator.tuning.results.page import render_results
from generator.tuning.results.png import SCALE, png_file
from generator.tuning.results.svg import svg_file, svg_inline
from tests.tuning.results.test_findings import falling, flat, of_values, over_fitting, simulate

SVG = "{http://www.w3.org/2000/svg}"
JOBS = {
    "one step": of_values(train_loss=[1.0]),
    "three steps": of_values(train_loss=[1.0, 0.5, 0.4], valid_loss=[1.1, 1.0, 1.2]),
    "many steps": simulate(10_000, falling, over_fitting, noise=0.1),
    "no validation": simulate(200, falling, noise=0.1),
    "not a number": of_values(train_loss=[1.0, math.nan, 0.4, 0.3], valid_loss=[1.1, 1.0, math.inf, 1.2]),
    "always the same": simulate(50, flat, flat),
    "a peak": of_values(train_loss=[1.0, 0.9] * 60 + [900.0] + [0.8] * 60),
    "accuracy": of_values(train_accuracy=[0.5, 0.7, 1.0], full_valid_accuracy=[0.4, 0.6, 0.61]),
    "all there is": of_values(
        train_loss=[1.0, 0.8], train_accuracy=[0.5, 0.6], valid_loss=[1.1, 1.0], valid_accuracy=[0.5, 0.55],
        full_valid_loss=[1.2, 1.1], full_valid_accuracy=[0.4, 0.5],
    ),
}  # fmt: skip


@pytest.mark.parametrize("job", JOBS)
def test_every_part_lies_within_the_picture_and_words_are_ascii(job):
    for drawing in draw_results(JOBS[job]):
        for part in drawing.parts:
            places = part.places if isinstance(part, Curve) else [part.at]
            assert all(0 <= at.x <= drawing.width and 0 <= at.y <= drawing.height for at in places)
            assert not isinstance(part, Curve) or len(part.places) <= MOST_PLACES
            # The font that comes with Pillow has no more.
            assert not isinstance(part, Label) or part.text.isascii()


@pytest.mark.parametrize("job", JOBS)
def test_svg_and_png_show_the_same_drawing(job):
    for drawing in draw_results(JOBS[job]):
        root = ET.fromstring(svg_file(drawing))
        counts = {tag: len(root.findall(f"{SVG}{tag}")) for tag in ("polyline", "circle", "text")}
        kinds = {"polyline": Curve, "circle": Dot, "text": Label}
        assert counts == {
            tag: sum(isinstance(one, kind) for one in drawing.parts) for tag, kind in kinds.items()
        }
        picture = Image.open(io.BytesIO(png_file(drawing))).convert("RGB")
        assert picture.size == (drawing.width * SCALE, drawing.height * SCALE)
        assert len(picture.getcolors(1 << 20)) > 20


def test_a_job_has_one_picture_for_each_kind_of_curve():
    assert [one.name for one in draw_results(JOBS["all there is"])] == ["loss", "accuracy"]
    assert [one.name for one in draw_results(JOBS["accuracy"])] == ["accuracy"]
    assert (
        draw_results(Results(steps=[Step(step=1, values={"train_loss": math.nan}, others={})]))
        == []
    )


def words(drawing: Drawing) -> list[str]:
    return [part.text for part in drawing.parts if isinstance(part, Label)]


def test_the_picture_names_the_curves_the_best_step_and_what_is_no_number():
    (loss,) = draw_results(JOBS["not a number"])
    assert {"training", "validation", "not a number", "lowest validation loss: step 20"} <= {
        *words(loss)
    }
    (alone,) = draw_results(JOBS["no validation"])
    assert "validation" not in words(alone)
    assert "1 values above are cut off" in words(draw_results(JOBS["a peak"])[0])


def test_a_long_curve_keeps_its_peaks():
    steps = [0.5] * 9_000
    steps[4_321] = 0.9
    (loss,) = draw_results(of_values(train_loss=steps))
    highest = min(at.y for part in loss.parts if isinstance(part, Curve) and part.role == "train" for at in part.places[1:-1])  # fmt: skip
    calm = min(at.y for part in loss.parts if isinstance(part, Curve) and part.role == "train" and not part.faint for at in part.places[1:-1])  # fmt: skip
    assert highest < calm


def test_a_picture_says_in_words_what_it_shows():
    (loss,) = draw_results(JOBS["three steps"])
    assert loss.about == "Loss: training from 1 at step 10 to 0.4 at step 30; validation from 1.1 at step 10 to 1.2 at step 30"  # fmt: skip
    assert loss.about in svg_file(loss)
    assert f'aria-label="{loss.about}"' in svg_inline(loss)


@pytest.mark.parametrize("job", JOBS)
def test_the_page_is_whole_and_asks_for_nothing(job):
    page = "".join(render_results(JOBS[job], title="ftjob-1", facts={"Model": "gpt-4.1-mini"}))
    assert "<h1" in page
    assert "gpt-4.1-mini" in page
    assert "style=" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_foreign_words_cannot_act_in_the_page():
    evil = "<script>alert(1)</script>"
    results = Results(
        steps=[Step(step=1, values={"train_loss": 1.0}, others={evil: evil})],
        sources=[evil], remarks=[evil],
    )  # fmt: skip
    page = "".join(render_results(results, title=evil, facts={evil: evil}))
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") >= 6


def test_equal_results_give_equal_files():
    once, again = (draw_results(simulate(90, falling, flat, noise=0.1)) for _ in range(2))
    assert [svg_file(one) for one in once] == [svg_file(one) for one in again]
    assert [png_file(one) for one in once] == [png_file(one) for one in again]


def test_the_colours_of_the_page_are_those_of_the_drawing():
    from generator.report.page import HERE as REPORT
    from generator.tuning.results.drawing import DARK, LIGHT
    from generator.tuning.results.page import HERE

    style = (REPORT / "page.css").read_text("utf-8") + (HERE / "results.css").read_text("utf-8")
    names = {"ink": "ink", "soft": "soft", "line": "line", "train": "accent", "valid": "valid", "bad": "bad", "paper": "paper"}  # fmt: skip
    for role, variable in names.items():
        for palette in (LIGHT, DARK):
            assert f"--{variable}: {palette[role]};" in style  # type: ignore[index]

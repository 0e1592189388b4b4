"""What a search finds for a question."""

from __future__ import annotations

import pytest

from generator.evaluation.dataset import read_material
from generator.evaluation.retrieval import FOUND, Retriever
from generator.records import Passage
from tests.evaluation.villages import TONGUES, save_village


@pytest.mark.parametrize("language", TONGUES)
def test_the_section_that_answers_a_question_is_among_the_best(tmp_path, language):
    material = read_material(save_village(tmp_path / "village", language=language))
    retriever = Retriever(material.passages.values())
    for pair in material.pairs:
        found = retriever.find(pair.prompt, language)
        assert 1 <= len(found) <= FOUND
        assert material.passages[pair.passage] == found[0]


def test_only_passages_of_the_same_language_are_found():
    retriever = Retriever([
        Passage(article="Mill", language="en", section=(), text="The mill was built by Ada."),
        Passage(article="Mühle", language="de", section=(), text="Ada baute die Mühle, the mill."),
    ])  # fmt: skip
    assert [one.language for one in retriever.find("Who built the mill?", "en")] == ["en"]
    assert retriever.find("Who built the mill?", "fr") == ()
    assert retriever.find("Zanzibar", "en") == ()

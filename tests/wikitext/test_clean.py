"""What holds for every page: no text is too strange, sections lead back, choices are kept."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.wikitext import CleanOptions, clean, removed_spans
from generator.wikitext.article import clean_plainly

MARKUP = st.lists(
    st.sampled_from(
        [
            "{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "{|", "|}", "|-", "|", "||", "!", "=", "==", "''", "'''",
            "\n", "\n\n", "*", "#", ":", ";", " ", "<ref>", "</ref>", "<ref name=a/>", "<nowiki>", "</nowiki>", "<!--", "-->",
            "<div>", "</div>", "<br>", "<poem>", "</poem>", "<math>", "</math>", "<pre>", "</pre>", "<gallery>", "</gallery>",
            "{{lang|fr|", "{{convert|1|", "{{quote|", "{{#if:", "{{#switch:", "{{IPA|", "[[File:a.jpg|", "[[Category:", "http://",
            "[https://x.org ", "-{", "}-", "__TOC__", "&nbsp;", "&lt;", "\0", "\r", "\ud800", "\ufdd0", "a", "字", "é", "(", ")", ",",
        ]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(st.one_of(MARKUP, st.text()))
def test_any_text_gives_an_article(wikitext: str) -> None:
    article = clean(wikitext, language="zh")
    assert article.redirect or article.sections
    clean_plainly(wikitext)
    removed_spans(wikitext)


@given(MARKUP)
def test_section_offsets_lead_into_both_texts(wikitext: str) -> None:
    article = clean(wikitext)
    before = 0
    for section in article.sections:
        assert article.text[section.start : section.end] == section.text
        assert before <= section.source_start <= section.source_end <= len(wikitext)
        before = section.source_start


@given(MARKUP)
def test_removed_stretches_are_in_order_and_apart(wikitext: str) -> None:
    before = 0
    for one in removed_spans(wikitext):
        assert before <= one.start < one.end <= len(wikitext)
        before = one.end


@given(
    st.lists(st.text(alphabet="abcdefgh é字,.", min_size=1).map(str.strip).filter(bool), min_size=1)
)
def test_plain_prose_comes_out_as_it_went_in(lines: list[str]) -> None:
    wikitext = "\n\n".join(lines)
    once = clean(wikitext).text
    assert clean(once).text == once
    assert "".join(once.split()) == "".join(wikitext.split())


BOMBS = [
    "{{a|b ", "{{{a|", "[[a|", "[[File:a|", "{|\n", "{|\n| a\n", "<ref name=\"a ", "<a b=\"", "<div>", "'", "<!--", "<ref>",
    "[http://a ", "''<b>[[a|{{b|", "{{lang|fr|", "{{unknown|\n* a\n* b\n", "(", "({{x}},", "-{a|", "__A", "== a ==\n", "&#", "*", "{{!}}",
    ";a:b", "<h2>", "{{convert|1|", "\n", " ", "[[Category:a]] ", "|}\n", "<table>", "''a", "a. ",
]  # fmt: skip


@pytest.mark.parametrize("unit", BOMBS, ids=repr)
def test_no_text_takes_quadratic_time(unit: str) -> None:
    began = time.process_time()
    clean(unit * (200_000 // len(unit)), language="zh")
    assert time.process_time() - began < 10, "200 kB take well under a second of processor time"


def test_deep_nesting_is_cut_and_the_rest_stays() -> None:
    deep = (
        "A "
        + "{{lang|fr|" * 3000
        + "x"
        + "}}" * 3000
        + " B "
        + "[[a|" * 3000
        + "y"
        + "]]" * 3000
        + " C"
    )
    words = clean(deep).text.split()
    assert words[0] == "A"
    assert "B" in words
    assert words[-1] == "C"


def test_a_redirect_has_a_target_and_no_sections() -> None:
    for wikitext, language in (
        ("#REDIRECT [[Pier#Past]]", "en"),
        ("#転送 [[港]]", "ja"),
        ("#weiterleitung [[Kai]]", "de"),
    ):
        article = clean(wikitext, language=language)
        assert article.sections == ()
        assert article.redirect in {"Pier#Past", "港", "Kai"}


def test_a_disambiguation_page_says_so() -> None:
    assert clean("'''Ferro''' may be:\n* [[Ferro (port)]]\n{{disambiguation}}").is_disambiguation
    assert clean(
        "'''Ferro''' ist:\n* [[Ferrohafen]]\n{{Begriffsklärung}}", language="de"
    ).is_disambiguation
    assert not clean("'''Ferro''' is a port.{{port}}").is_disambiguation


def test_sections_know_their_path_parent_and_anchor() -> None:
    article = clean("Lead.\n== A ==\n=== B ===\nb\n== A ==\n==== C ====\nc")
    assert [one.path for one in article.sections] == [(), ("A",), ("A", "B"), ("A",), ("A", "C")]
    assert [one.parent for one in article.sections] == [None, None, 1, None, 3]
    assert [one.anchor for one in article.sections] == ["", "A", "B", "A_2", "C"]
    assert [one.index for one in article.children(article.sections[3])] == [4]


def test_a_section_begins_at_its_heading_in_the_wikitext() -> None:
    wikitext = "Lead<ref>x</ref> {{unknown|y}}\r\n<!-- c -->\n== A ==\n{{lang|fr|mot}}\n{|\n| t\n|}\n=== B ===\nb\n"
    for section in clean(wikitext).sections[1:]:
        assert wikitext[section.source_start :].startswith(
            "=" * section.level + f" {section.title} "
        )


def test_back_matter_is_kept_and_marked_with_its_subsections() -> None:
    article = clean("Port.\n== Past ==\nx\n== References ==\n=== Books ===\n* A\n== Legacy ==\ny")
    marked = [one.title for one in article.sections if one.is_back_matter]
    assert marked == ["References", "Books"]
    assert clean("== Примечания ==\n== 脚注 ==\n== Einzelnachweise ==").sections[-1].is_back_matter


def test_what_was_removed_is_counted_by_kind() -> None:
    wikitext = (
        "a<ref>b</ref> {{tide|1}} {{Tide|2}} [[File:a.jpg]]\n{|\n| t\n|}\n<!-- c -->[[Category:x]]"
    )
    assert clean(wikitext).removed == {
        "category": 1, "comment": 1, "file": 1, "reference": 1, "table": 1, "template:tide": 2,
    }  # fmt: skip


def test_removed_stretches_point_at_the_wikitext() -> None:
    wikitext = "a<ref>b</ref>\r\n{{tide|1}} x [[Datei:a.jpg|mini|{{lang|fr|c}}]]\n{|\n| t\n|}\nend"
    told = [(wikitext[one.start : one.end], one.kind) for one in removed_spans(wikitext)]
    assert told == [
        ("<ref>b</ref>", "reference"),
        ("{{tide|1}}", "template:tide"),
        ("[[Datei:a.jpg|mini|{{lang|fr|c}}]]", "file"),
        ("{|\n| t\n|}", "table"),
    ]


TABLE = """{| class="wikitable"
|+ Lamps
! Year !! Fuel !! Note
|-
| rowspan="2" | 1871 || [[Rape|Oil]] || first
|-
| Gas || style="color:red" | second
|-
| colspan="2" | both || third
|}"""


def test_small_tables_can_be_rows_and_large_ones_are_counted() -> None:
    keep = CleanOptions(tables="keep")
    assert clean(TABLE, options=keep).text.split("\n") == [
        "Lamps",
        "Year: 1871; Fuel: Oil; Note: first",
        "Year: 1871; Fuel: Gas; Note: second",
        "Year: both; Note: third",
    ]
    small = clean(TABLE, options=CleanOptions(tables="keep", max_table_cells=5))
    assert (small.text, small.removed) == ("", {"table": 1})


@pytest.mark.parametrize(
    ("option", "wikitext", "kept", "dropped"),
    [
        ("captions", "a[[File:x.jpg|thumb|left|120px|The ''pier'']] b", "a b The pier", "a b"),
        ("captions", "a[[Datei:x.jpg|mini|hochkant=1.2]] b", "a b", "a b"),
        ("captions", "<gallery>\nx.jpg|One\ny.jpg\n</gallery>a", "One a", "a"),
        ("math", "a <math>x</math> b", "a x b", "a b"),
        ("footnotes", "a<ref>See b.</ref> c<ref>{{cite|x}}</ref>.", "a (See b.) c.", "a c."),
        ("list_markers", "* a\n** b\n: c", "- a - b c", "a b c"),
        ("code", "a <pre>b</pre> c", "a b c", "a c"),
        ("urls", "see https://x.org/a now", "see https://x.org/a now", "see now"),
        ("conversions", "{{convert|5|km|mi}}", "5 kilometres (3.1 mi)", "5 kilometres"),
    ],
)
def test_an_option_keeps_or_drops(option: str, wikitext: str, kept: str, dropped: str) -> None:
    def shown(choice: str) -> str:
        return " ".join(clean(wikitext, options=CleanOptions(**{option: choice})).text.split())  # type: ignore[arg-type]

    assert (shown("keep"), shown("drop")) == (kept, dropped)


def test_plain_cleaning_leaves_templates_out_and_says_so() -> None:
    article = clean_plainly("It is {{lang|fr|ici}} now.\n== A ==\nb")
    assert article.is_fallback
    assert [one.text for one in article.sections] == ["It is now.", "b"]

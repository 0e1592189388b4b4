"""Files in every format and shape are read, and their fields are told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import LoremillError, Misconfigured, SourceError
from generator.importing import jsonstream, preview
from generator.importing.encodings import find_encoding
from generator.importing.jsonstream import read_json_values
from generator.importing.rows import LONGEST_ROW
from tests.importing.conftest import reasons, sides


def table(rows, *, delimiter=",", header=("question", "answer"), end="\n"):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([*([header] if header else []), *(tuple(row.values()) for row in rows)])
    return text.getvalue()


def chats(rows, key, role, text, user, assistant):
    return [
        {"id": place, key: [{role: user, text: row["question"]}, {role: assistant, text: row["answer"]}]}
        for place, row in enumerate(rows)
    ]  # fmt: skip


SHAPES = {
    "jsonl": lambda rows: rows,
    "jsonl with a mark": lambda rows: "\ufeff" + "\n".join(map(json.dumps, rows)),
    "jsonl in UTF-16": lambda rows: "\n".join(map(json.dumps, rows)).encode("utf-16"),
    "jsonl with Windows line ends": lambda rows: "\r\n".join(map(json.dumps, rows)),
    "packed": lambda rows: gzip.compress("\n".join(map(json.dumps, rows)).encode()),
    "array": lambda rows: json.dumps(rows),
    "array over many lines": lambda rows: json.dumps(rows, indent=2),
    "objects over many lines": lambda rows: "\n".join(json.dumps(row, indent=1) for row in rows),
    "rows in an object": lambda rows: json.dumps({"version": 1, "data": rows}),
    "columns": lambda rows: json.dumps({name: [row[name] for row in rows] for name in rows[0]}),
    "columns by row": lambda rows: json.dumps(
        {name: {str(n): row[name] for n, row in enumerate(rows)} for name in rows[0]}
    ),
    "lists of two": lambda rows: json.dumps([list(row.values()) for row in rows]),
    "rows of a hub": lambda rows: [{"row_idx": 1, "row": row, "truncated_cells": []} for row in rows],
    "csv": table,
    "csv of Excel": lambda rows: "\ufeff" + table(rows, delimiter=";", end="\r\n"),
    "csv of an old Mac": lambda rows: table(rows, end="\r"),
    "tsv": lambda rows: table(rows, delimiter="\t"),
    "bars": lambda rows: table(rows, delimiter="|"),
    "csv without header": lambda rows: table(rows, header=None),
    "csv with other names": lambda rows: table(rows, header=("Frage", "Antwort")),
    "csv in Japanese": lambda rows: table(rows, header=("質問", "回答")),
    "csv in Arabic": lambda rows: table(rows, header=("السؤال", "الجواب")),
    "messages": lambda rows: chats(rows, "messages", "role", "content", "user", "assistant"),
    "sharegpt": lambda rows: chats(rows, "conversations", "from", "value", "human", "gpt"),
    "messages as text": lambda rows: [
        {"messages": json.dumps(row["messages"])}
        for row in chats(rows, "messages", "role", "content", "user", "assistant")
    ],
    "conversational prompt and completion": lambda rows: [
        {
            "prompt": [{"role": "user", "content": row["question"]}],
            "completion": [{"role": "assistant", "content": row["answer"]}],
        }
        for row in rows
    ],
    "SQuAD": lambda rows: [
        {"question": row["question"], "answers": {"text": [row["answer"]], "answer_start": [1]}}
        for row in rows
    ],
    "nested lists of one": lambda rows: [
        {"questions": [[row["question"]]], "answers": [[[row["answer"]]]]} for row in rows
    ],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_any_shape_gives_its_rows(shape, towers, put, take):
    imported = take(put("file.dat", SHAPES[shape](towers)))
    assert sides(imported) == [tuple(row.values()) for row in towers]


def test_alpaca_has_its_input_below_the_instruction(put, take):
    rows = [
        {"instruction": "Summarize the following text.", "input": "The mill is old.\nIt has sails.",
         "output": "An old mill with sails stands there."},
        {"instruction": "Name three primary colours.", "input": "",
         "output": "Red, yellow and blue are the primary colours."},
    ]  # fmt: skip
    imported = take(put("a.json", json.dumps(rows)))
    assert [prompt for prompt, _ in sides(imported)] == [
        "Summarize the following text.\n\nThe mill is old.\nIt has sails.",
        "Name three primary colours.",
    ]


def test_of_a_chat_the_first_question_and_its_answer_are_taken_and_the_rest_is_counted(put, take):
    row = {
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": [{"type": "text", "text": "How high is the mill?"}]},
            {"role": "assistant", "content": "The mill is 20 metres high."},
            {"role": "user", "content": "And how old?"},
            {"role": "assistant", "content": "It is 90 years old."},
        ]
    }
    imported = take(put("a.jsonl", [row]))
    assert sides(imported) == [("How high is the mill?", "The mill is 20 metres high.")]
    assert imported.manifest["replies"]["repairs"] == {
        "later_turns_left_out": 1, "system_message_left_out": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "no_turns"),
        ("hello", "no_turns"),
        ([{"role": "user", "content": "How high is it?"}], "no_answer_in_chat"),
        ([{"role": "tool", "content": "1"}], "unknown_role"),
        ([7, None], "unknown_role"),
    ],
)
def test_a_chat_without_an_answer_is_rejected(turns, reason, towers, put, take):
    rows = SHAPES["messages"](towers)
    imported = take(put("a.jsonl", [*rows, {"messages": turns}]))
    assert reasons(imported) == {reason: 1}


def test_fields_can_be_named(towers, put, take):
    rows = [{"x1": row["answer"], "in": {"x2": row["question"]}, "text": "other"} for row in towers]
    with pytest.raises(
        Misconfigured, match=r"it has: x1, in\.x2, text\. Name the one with --prompt"
    ):
        take(put("a.jsonl", rows))
    imported = take(put("a.jsonl", rows), prompt_field="in.x2", completion_field="x1")
    assert sides(imported) == [tuple(row.values()) for row in towers]


@pytest.mark.parametrize(
    ("encoding", "question", "answer"),
    [
        ("cp1252", "Wie hoch ist der Turm in Köln, Nummer {}?", "Der Turm in Köln ist für Gäste {} Meter hoch."),
        ("cp932", "塔{}の高さは何メートルですか。", "その塔の高さは{}メートルです。"),
        ("cp1256", "ما هو ارتفاع البرج رقم {} في المدينة؟", "ارتفاع هذا البرج هو {} مترا على الأرض."),
        ("cp1251", "Какова высота башни номер {} в городе?", "Высота этой башни была {} метров, и она стоит."),
        ("gb18030", "第{}座塔有多高？", "这座塔的高度是{}米，它在城市的中心。"),
    ],
)  # fmt: skip
def test_old_encodings_are_told(encoding, question, answer, put, take):
    rows = [{"q": question.format(n), "a": answer.format(n + 20)} for n in range(30)]
    data = table(rows).encode(encoding)
    assert find_encoding(data) == encoding
    assert sides(take(put("a.csv", data)))[0] == (rows[0]["q"], rows[0]["a"])


def test_a_broken_byte_in_a_text_with_umlauts_costs_its_row_alone(towers, put, take):
    rows = [{"question": row["question"], "answer": f"Der Türmer sagt, über Köln: {row['answer']}"} for row in towers]  # fmt: skip
    data = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    imported = take(put("a.jsonl", data + b'{"question": "\xff"}\n'))
    assert reasons(imported) == {"not_utf8": 1}
    assert imported.kept == 30


HOSTILE = {
    "not_json": '{"question": "What is it?", "answer": "It',
    "nested_too_deep": '{"question": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "row_too_long": '{"question": "' + "x" * LONGEST_ROW + '", "answer": "y"}',
    "text_too_long": json.dumps({"question": "What is x?", "answer": "word " * 50_000}),
    "not_unicode": '{"question": "What is \\ud800 half?", "answer": "It is half a letter."}',
    "not_an_object": "[1, 2]",
    "empty_prompt": '{"question": null, "answer": "It is nothing at all."}',
    "empty_completion": '{"question": "What is nothing?", "answer": [NaN, "nan", null, {"x": 1}]}',
    "only_a_link": '{"question": "Where is it?", "answer": "https://a.example/x, www.b.example"}',
    "lists_of_different_length": '{"question": ["How?", "Why?"], "answer": ["a", "b", "c"]}',
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_a_hostile_row_costs_itself_alone(reason, towers, put, take):
    lines = [*map(json.dumps, towers), HOSTILE[reason], json.dumps({**towers[0], "answer": "It is 9 feet."})]  # fmt: skip
    imported = take(put("a.jsonl", "\n".join(lines)))
    assert reasons(imported) == {reason: 1}
    assert imported.kept == 31


def test_a_file_of_ten_thousand_columns_is_read(towers, put, take):
    wide = [{**row, **{f"c{n}": "x" for n in range(10_000)}} for row in towers]
    names = ("question", "answer", *(f"c{n}" for n in range(10_000)))
    assert take(put("a.csv", table(wide, header=names))).kept == 30


def test_a_row_with_cells_too_many_is_not_cut(towers, put, take):
    text = table(towers) + "How high is it, then?,It is 5 metres high, or 6.\n"
    assert reasons(take(put("a.csv", text))) == {"too_many_cells": 1}


def test_an_open_quotation_mark_is_told(towers, put):
    text = 'question,answer\n"How high is it?,never closed\n' + table(towers, header=None)
    with pytest.raises(SourceError, match="open quotation mark"):
        preview(put("a.csv", text))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n\n", "is empty"),
        (b"PK\x03\x04....", "a ZIP or Excel file"),
        (b"%PDF-1.7", "a PDF file"),
        (bytes(range(256)) * 20, "is no text"),
        (b"\x1f\x8b\x08\x00broken", "cannot be read"),
        (b'["a", "b"]', "nothing in it can be read as json"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_file_of_rows_is_told(content, said, put):
    with pytest.raises(SourceError, match=said):
        preview(put("a.dat", content))


@given(st.binary(max_size=400))
def test_no_bytes_raise_but_what_is_meant_for_users(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "a.dat"
    path.write_bytes(content)
    try:
        preview(path)
    except LoremillError:
        pass


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    rows=st.lists(
        st.fixed_dictionaries({"question": _JSON, "answer": _JSON}), min_size=2, max_size=6
    ),
    indent=st.none() | st.just(2),
    is_array=st.booleans(),
    piece=st.integers(1, 40),
)
def test_json_is_cut_at_the_ends_of_its_values_wherever_the_pieces_end(
    rows, indent, is_array, piece
):
    texts = [json.dumps(row, indent=indent, ensure_ascii=False) for row in rows]
    text = f"[{','.join(texts)}]" if is_array else "\n".join(texts)

    class Pieces(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, piece) if size > 0 else size)

    found = [row.value for row in read_json_values(Pieces(text.encode()))]
    assert found == rows


def test_a_bad_element_of_an_array_costs_itself_alone(towers, put, take):
    text = json.dumps(towers).replace("}, {", "}, {bad}, {", 1)
    imported = take(put("a.json", text))
    assert reasons(imported) == {"not_json": 1}
    assert imported.kept == 30


def test_an_element_that_is_too_long_is_skipped(towers, put, take, monkeypatch):
    monkeypatch.setattr(jsonstream, "LONGEST_ROW", 1000)
    long = {"question": "What is x?", "answer": "x" * 200_000}
    imported = take(put("a.json", json.dumps([towers[0], long, *towers[1:]])))
    assert reasons(imported) == {"row_too_long": 1}
    assert imported.kept == 30


def test_parquet_gives_its_rows(towers, put, take, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = __import__("pyarrow").Table.from_pylist([{**row, "tags": [["a"]]} for row in towers])
    parquet.write_table(table, tmp_path / "a.parquet")
    imported = take(tmp_path / "a.parquet")
    assert sides(imported) == [tuple(row.values()) for row in towers]
    whole = (tmp_path / "a.parquet").read_bytes()
    with pytest.raises(SourceError, match="breaks off after row 0"):
        take(put("b.parquet", whole[:-20]))


def test_parquet_without_its_package_says_what_to_install(put, take, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Misconfigured, match=r"loremill\[parquet\]"):
        take(put("a.parquet", b"PAR1....PAR1"))

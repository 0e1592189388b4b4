"""What is said of a training file as a whole, and of two files side by side."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Misconfigured
from generator.tuning.check import check_training
from generator.tuning.check.epochs import default_epochs
from generator.tuning.check.providers import PROVIDERS, base_name, example_limit, find_provider
from generator.tuning.check.rules import RULES
from generator.tuning.local.options import LONGEST
from tests.tuning.check.files import chat, chats, check, codes, completions, pair, write

DOCS = Path(__file__).parents[3] / "docs" / "tuning-check.md"
ROWS = tomllib.loads((Path(__file__).parent / "data" / "rows.toml").read_text("utf-8"))["case"]
OF_ROWS = {code for case in ROWS for code in case["finds"]}

Change = Callable[[list[dict[str, Any]]], list[Any]]


def each(change: Callable[[int, dict[str, Any]], Any]) -> Change:
    return lambda rows: [change(number, row) for number, row in enumerate(rows)]


def with_text(key: str, change: Callable[[int, str], str]) -> Change:
    return each(lambda number, row: {**row, key: change(number, row[key])})


CLASSES = [
    chat(f"Which side does actor {n} of the play take here?", ("good", "evil")[n % 2])
    for n in range(300)
]
SPEECH = " ".join(f"Word{n} stands here." for n in range(400))
COMPLETIONS: dict[str, Change] = {
    "empty_prompt": with_text("prompt", lambda n, text: text if n else ""),
    "no_separator": with_text(
        "prompt", lambda n, text: text.removesuffix("\n\n###\n\n") + "?!."[n % 3]
    ),
    "other_separator": with_text("prompt", lambda n, text: text if n else text.strip("#\n")),
    "separator_inside": with_text(
        "prompt", lambda n, text: text if n else "Now:\n\n###\n\n" + text
    ),
    "no_stop": with_text("completion", lambda n, text: text.removesuffix(". END") + "xyz"[n % 3]),
    "other_stop": with_text("completion", lambda n, text: text if n else text.removesuffix(" END")),
    "stop_inside": with_text("completion", lambda n, text: text if n else f" The END is{text}"),
    "no_leading_blank": with_text("completion", lambda n, text: text.lstrip()),
    "mixed_leading_blank": with_text("completion", lambda n, text: text if n else text.lstrip()),
    "same_prompt_beginning": with_text(
        "prompt", lambda n, text: "Answer from the chronicle: " + text
    ),
    "same_answer_beginning": with_text("completion", lambda n, text: " Answer:" + text),
    "capitals": with_text("completion", lambda n, text: text.upper()),
}
CHATS: dict[str, Change] = {
    "mixed_formats": lambda rows: [*rows, *completions(2)],
    "system_in_some": lambda rows: [*rows, {"messages": [{"role": "system", "content": "Be kind."}, *chat("Who goes there tonight?", "A friend.")["messages"]]}],
    "duplicate": lambda rows: [*rows, rows[7]],
    "near_duplicate": lambda rows: [*rows, chat(f"So {pair(7)[0]}", pair(7)[1])],
    "contradiction": lambda rows: [*rows, chat(pair(7)[0], "Nobody knows.")],
    "long_answer": lambda rows: [*rows, chat("What was said there?", SPEECH)],
    "other_language": lambda rows: [*rows, chat(pair(7)[0], "Das war im Jahr 1507, und es war nicht das erste Mal, dass die Bäckerei in der Stadt verkauft wurde.")],
    "all_the_same": each(lambda n, row: chat(row["messages"][0]["content"], "Yes.")),
    "classification": lambda rows: CLASSES,
    "rare_class": lambda rows: [*CLASSES, chat("And what does the judge of the play do?", "neither")],
    "few": lambda rows: rows[:49],
    "below_advised": lambda rows: rows[:199],
}  # fmt: skip


@pytest.mark.parametrize("code", CHATS)
def test_a_rule_of_chats_speaks_where_it_should_and_only_there(code, tmp_path):
    good = chats(220)
    assert not codes(check(tmp_path, good), "error", "warning")
    assert code in codes(check(tmp_path, CHATS[code](good)))


@pytest.mark.parametrize("code", COMPLETIONS)
def test_a_rule_of_base_models_speaks_where_it_should_and_only_there(code, tmp_path):
    good = completions(60)
    assert code not in codes(check(tmp_path, good))
    assert code in codes(check(tmp_path, COMPLETIONS[code](good)))
    assert not codes(check(tmp_path, COMPLETIONS[code](good), model="llama-3-8b-instruct")) & {
        *COMPLETIONS
    } - {"empty_prompt"}


def test_separators_are_held_against_examples_that_come_late(tmp_path):
    rows = [*completions(1_200), {"prompt": "And who?", "completion": " He. END"}]
    (found,) = [one for one in check(tmp_path, rows).findings if one.code == "other_separator"]
    assert found.lines == (1_201,)


def of_bytes(data: bytes, tmp_path: Path, name: str = "train.jsonl", **options: Any) -> set[str]:
    path = tmp_path / name
    path.write_bytes(data)
    return codes(check_training(path, **{"provider": "other", **options}))


GOOD = "".join(json.dumps(row) + "\n" for row in chats(20)).encode()
FILES: dict[str, Callable[[Path], set[str]]] = {
    "empty_file": lambda path: of_bytes(b"\xef\xbb\xbf\n", path),
    "packed": lambda path: of_bytes(gzip.compress(GOOD), path),
    "not_lines": lambda path: of_bytes(json.dumps(chats(20)).encode(), path, "train.json"),
    "other_encoding": lambda path: of_bytes(GOOD.decode().encode("utf-16"), path),
    "byte_order_mark": lambda path: of_bytes(b"\xef\xbb\xbf" + GOOD, path),
    "no_byte_order_mark": lambda path: of_bytes(GOOD, path, provider="azure"),
    "not_utf8": lambda path: of_bytes(
        GOOD + chat_line("日本" * 50).encode() + chat_line("Müller").encode("latin-1"), path
    ),
    "row_too_long": lambda path: of_bytes(GOOD + b'{"x": "' + b"y" * (5 << 20) + b'"}\n', path),
    "blank_line": lambda path: of_bytes(GOOD + b"\n" + GOOD, path),
}


def chat_line(word: str) -> str:
    return json.dumps(chat("Who was the poet of that name?", word), ensure_ascii=False) + "\n"


@pytest.mark.parametrize("code", FILES)
def test_a_rule_of_files_speaks(code, tmp_path):
    assert code in FILES[code](tmp_path)
    assert code not in of_bytes(GOOD, tmp_path)


def test_a_file_that_is_too_large_or_has_too_many_examples_is_refused(tmp_path, monkeypatch):
    assert not codes(check(tmp_path, chats(20), provider="other"), "error")
    bounded = replace(PROVIDERS["other"], most_bytes=1_000, most_examples=19)
    monkeypatch.setitem(PROVIDERS, "other", bounded)
    assert codes(check(tmp_path, chats(20)), "error") == {"too_large", "too_many"}


def test_blank_lines_at_the_end_harm_nobody(tmp_path):
    assert "blank_line" not in of_bytes(GOOD + b"\n\n", tmp_path)


def test_azure_takes_a_byte_order_mark(tmp_path):
    found = of_bytes(b"\xef\xbb\xbf" + GOOD, tmp_path, provider="azure")
    assert not found & {"byte_order_mark", "no_byte_order_mark", "not_json"}


@pytest.mark.parametrize(("provider", "fewest"), [("openai", 10), ("azure", 10), ("fireworks", 3)])
def test_each_provider_has_its_fewest_examples(provider, fewest, tmp_path):
    assert "too_few" not in codes(check(tmp_path, chats(fewest), provider=provider))
    assert "too_few" in codes(check(tmp_path, chats(fewest - 1), provider=provider), "error")


def test_a_format_has_to_suit_the_provider_and_the_model(tmp_path):
    rows = completions(20)
    assert "format_not_taken" in codes(
        check(tmp_path, rows, provider="openai", model="gpt-4.1"), "error"
    )
    assert not codes(check(tmp_path, rows, provider="openai", model="davinci-002"), "error")
    assert not codes(check(tmp_path, rows, provider="local"), "error")
    assert "format_not_taken" in codes(check(tmp_path, chats(20), model="babbage-002"), "error")


def test_a_format_has_to_suit_the_method(tmp_path):
    assert "wrong_method" in codes(check(tmp_path, chats(20), method="dpo"), "error")
    assert "wrong_method" not in codes(check(tmp_path, chats(20), method="supervised"))
    preferences = [
        {"prompt": f"Who is number {n}?", "chosen": f"He is {n}.", "rejected": "No."}
        for n in range(20)
    ]
    assert "wrong_method" in codes(check(tmp_path, preferences, method="supervised"), "error")
    assert not codes(check(tmp_path, preferences, method="dpo"), "error")


def test_questions_about_one_passage_do_not_repeat_each_other_and_may_speak_of_it(tmp_path):
    passage = "The opera was given in Venice in 1709, and Valeriano Pellegrini sang Nero in it."
    asked = (
        "Where was it given?",
        "Who sang Nero?",
        "In which year was it first given to the public?",
        "Who sang Otho?",
    )
    rows = [
        chat(f"Answer from this text.\n\n{passage}\n\n{one}", ("yes", "no")[n % 2])
        for n, one in enumerate(asked)
    ]
    assert not codes(check(tmp_path, rows)) & {"near_duplicate", "speaks_of_passage"}
    again = chat(
        f"Answer from this text.\n\n{passage}\n\nSo in which year was it first given to the public?",
        "yes",
    )
    assert "near_duplicate" in codes(check(tmp_path, [*rows, again]))


def test_calls_of_tools_are_refused_where_they_are_not_trained(tmp_path):
    call = {"id": "1", "type": "function", "function": {"name": "seats", "arguments": "{}"}}
    turns = [
        {"role": "user", "content": "Is it sold out?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "0"},
        {"role": "assistant", "content": "Yes, every seat is sold."},
    ]
    rows = [*chats(20), {"messages": turns}]
    assert not codes(check(tmp_path, rows, provider="openai"), "error")
    assert codes(check(tmp_path, rows, provider="local"), "error") == {"calls_not_taken"}


def test_what_trains_here_needs_no_stop_sequence(tmp_path):
    rows = COMPLETIONS["no_stop"](completions(60))
    assert "no_stop" not in codes(check(tmp_path, rows, provider="local"))


def test_examples_that_are_too_long_are_told_and_cost_what_is_trained(tmp_path):
    rows = [*chats(49), chat("What was said?", "An opera is given again tonight. " * 12_000)]
    checked = check(tmp_path, rows, provider="openai", model="gpt-4o-mini")
    (found,) = [one for one in checked.findings if one.code == "too_long"]
    assert found.lines == (50,)
    assert checked.training.tokens is not None
    assert checked.training.tokens.max > 65_536
    assert 65_536 < checked.training.tokens_per_epoch < 65_536 + 49 * 60
    near = [chat("What was said?", "An opera is given again tonight. " * 7_600)]
    assert "nearly_too_long" in codes(check(tmp_path, near, model="gpt-4o-mini"))


def test_a_folder_says_how_long_its_examples_may_be(tmp_path):
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 256}', "utf-8")
    local = find_provider(model=str(tmp_path), base_url="https://api.openai.com/v1")
    assert local.name == "local"
    assert example_limit(local, str(tmp_path)) == 256


def test_what_trains_here_takes_as_long_examples_as_it_says_itself():
    assert example_limit(find_provider("local"), "some/model") == LONGEST
    assert example_limit(find_provider("other"), "some/model") is None


# Two files ----------------------------------------------------------------------------------------


def beside(tmp_path: Path, training: list[Any], validation: list[Any]) -> set[str]:
    path = write(tmp_path / "validation.jsonl", validation)
    return codes(check(tmp_path, training, validation=path))


def test_a_validation_file_is_held_against_the_training_file(tmp_path):
    good = chats(60)
    assert not beside(tmp_path, good, chats(20, begin=60)) & {
        "in_training", "asked_in_training", "formats_differ", "unknown_class", "no_validation",
    }  # fmt: skip
    shouted = chat(pair(7)[0].upper(), pair(7)[1])
    assert "in_training" in beside(tmp_path, good, [shouted])
    assert "asked_in_training" in beside(tmp_path, good, [chat(pair(7)[0], "Never.")])
    assert "formats_differ" in beside(tmp_path, good, completions(3))
    assert "unknown_class" in beside(tmp_path, CLASSES, [chat("And the ghost?", "both")])
    assert "large_validation" in beside(tmp_path, good, chats(1_001, begin=60))
    assert "no_validation" in codes(check(tmp_path, good))


# Cost ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(1, 25), (4, 25), (10, 10), (33, 3), (34, 3), (500, 3), (8_333, 3), (8_334, 2), (30_000, 1)],
)
def test_epochs_follow_the_rule_of_the_cookbook(examples, epochs):
    assert default_epochs(examples) == epochs


def test_a_cost_is_tokens_by_epochs_by_the_price_of_its_date(tmp_path):
    checked = check(tmp_path, chats(100), provider="openai", model="gpt-4.1-mini-2025-04-14")
    assert checked.training.tokens is not None
    assert checked.trained_tokens == 3 * checked.training.tokens.total
    assert checked.cost == pytest.approx(checked.trained_tokens * 5 / 1_000_000)
    assert checked.price is not None
    assert checked.price.date == "2026-11-20"
    five = check(tmp_path, chats(100), provider="openai", model="gpt-4.1-mini", epochs=5)
    assert five.trained_tokens == 5 * checked.training.tokens.total


def test_a_price_that_nobody_knows_is_unknown_and_not_nothing(tmp_path):
    for options in ({"model": "gpt-9"}, {"provider": "azure", "model": "gpt-4.1"}, {"model": ""}):
        checked = check(tmp_path, chats(20), **{"provider": "openai", **options})
        assert checked.cost is None
        assert checked.as_dict()["cost_usd_estimate"] is None
    own = check(tmp_path, chats(20), provider="azure", model="gpt-4.1", price=2.0)
    assert own.cost == pytest.approx(own.trained_tokens * 2 / 1_000_000)


def test_a_preference_has_no_price_of_supervised_tuning(tmp_path):
    preferences = [
        {"prompt": f"Who is number {n}?", "chosen": f"He is {n}.", "rejected": "No."}
        for n in range(20)
    ]
    assert check(tmp_path, preferences, provider="openai", model="gpt-4.1").cost is None


# Providers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://mine.openai.azure.com/openai/v1/", "azure"),
        ("https://api.tokenfactory.nebius.com/v1/", "nebius"),
        ("https://api.intelligence.crusoecloud.com/v1", "crusoe"),
        ("https://api.fireworks.ai/inference/v1", "fireworks"),
        ("https://api.together.xyz/v1", "together"),
        ("https://api.openai.com.evil.example/v1", "other"),
        ("http://localhost:8000/v1", "other"),
    ],
)
def test_a_provider_is_known_by_its_url(url, name):
    assert find_provider(base_url=url).name == name


def test_a_name_stands_above_the_url_and_has_to_be_known():
    assert find_provider("azure", base_url="https://api.openai.com/v1").name == "azure"
    with pytest.raises(Misconfigured, match="did you mean 'fireworks'"):
        find_provider("firework")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini"),
        ("ft:gpt-4o-mini-2024-07-18:acme:opera:abc", "gpt-4o-mini"),
        ("gpt-3.5-turbo-0125", "gpt-3.5-turbo"),
        ("gpt-4.1", "gpt-4.1"),
    ],
)
def test_a_dated_or_tuned_model_has_the_price_of_its_base(model, name):
    assert base_name(model) == name


# The table ----------------------------------------------------------------------------------------

ELSEWHERE = {
    "too_large", "format_not_taken", "calls_not_taken", "wrong_method", "too_few", "too_many", "too_long", "nearly_too_long",
    "no_validation", "large_validation", "in_training", "asked_in_training", "formats_differ",
    "unknown_class", "provider_closes", "section_on_both_sides", "measure_missed", "share_alike",
}  # fmt: skip
"""Rules that have tests of their own."""


def test_every_rule_is_tested():
    assert OF_ROWS | set(CHATS) | set(COMPLETIONS) | set(FILES) | ELSEWHERE == set(RULES)


def test_every_rule_is_documented_with_its_severity():
    text = DOCS.read_text("utf-8")
    for code, rule in RULES.items():
        assert f"| `{code}` | {rule.severity} |" in text, code

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time

import pytest

from generator.exporters.manifest import verify_manifest
from tests.cli.articles import MUENZE, write
from tests.cli.running import ROOT, WITHOUT_COMPILED, command, environment, loremill
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "sk-a-key-that-must-never-be-seen"}


@pytest.fixture
def article(tmp_path):
    return write(tmp_path)


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def asked(article, tmp_path, server, *options, env=KEY):
    workspace = tmp_path / "work"
    return loremill(
        "build", "--from", article, "--workspace", workspace, "--model", "m",
        "--base-url", server.base_url, "--recipe", "simple", *options, env=env,
    )  # fmt: skip


def test_a_first_dataset_needs_no_key_and_says_who_wrote_it(article, tmp_path):
    done = loremill("build", "--from", article, "--workspace", tmp_path / "work")
    folder = tmp_path / "work" / "tarn-point-light"
    assert done.code == 0, done.err
    assert "No OPENAI_API_KEY" in done.err
    assert verify_manifest(folder) == []
    pairs = rows(folder / "pairs.jsonl")
    assert len(pairs) > 15
    assert {row["model"] for row in pairs} == {"extractive"}
    assert {row["kind"] for row in pairs} == {"basic", "detailed"}
    assert ["History", "Electrification"] in [row["section"] for row in pairs]


def test_detailed_and_basic_pairs_of_a_section_lie_in_one_split(article, tmp_path):
    loremill("build", "--from", article, "--workspace", tmp_path / "work")
    splits = {}
    for row in rows(tmp_path / "work" / "tarn-point-light" / "pairs.jsonl"):
        splits.setdefault(tuple(row["section"]), set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())
    assert set().union(*splits.values()) == {"train", "validation", "test"}


def test_a_second_build_asks_for_nothing_and_writes_the_same_bytes(article, tmp_path):
    with ChatServer() as server:
        first = asked(article, tmp_path, server, "--json")
        folder = tmp_path / "work" / "tarn-point-light"
        before = {path: path.read_bytes() for path in folder.rglob("*.*")}
        requests = server.stats.requests
        second = asked(article, tmp_path, server, "--json")
        assert server.stats.requests == requests > 0
    assert first.code == second.code == 0
    assert second.json["calls"]["answered_now"] == 0
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_a_new_format_split_or_seed_costs_no_call(article, tmp_path):
    with ChatServer() as server:
        asked(article, tmp_path, server)
        requests = server.stats.requests
        done = asked(
            article, tmp_path, server, "--format", "completion", "--seed", 7, "--split", "50/25/25"
        )
        assert (done.code, server.stats.requests) == (0, requests)
    row = rows(tmp_path / "work" / "tarn-point-light" / "train.jsonl")[0]
    assert row["prompt"].startswith("Answer the following question about Tarn Point Light, ")
    assert row["prompt"].endswith("\n\n###\n\n")
    assert row["completion"].startswith(" ")
    assert row["completion"].endswith(" END")


def test_editing_one_of_two_prompts_makes_only_its_calls_again(article, tmp_path):
    prompts = tmp_path / "prompts"
    loremill("prompts", "copy", "basic", "--to", prompts)
    with ChatServer() as server:
        first = asked(article, tmp_path, server, "--prompts", prompts, "--json").json
        copy = prompts / "basic.md"
        copy.write_text(copy.read_text(encoding="utf-8") + "\nBe brief.\n", encoding="utf-8")
        dry = asked(article, tmp_path, server, "--prompts", prompts, "--json", "--dry-run").json
        second = asked(article, tmp_path, server, "--prompts", prompts, "--json").json
    assert (
        dry["new_calls"] == second["calls"]["answered_now"] == first["calls"]["answered_now"] // 2
    )


def test_faults_on_the_way_lose_nothing(article, tmp_path):
    rules = [
        Rule(answer="rate_limited", retry_after="0", first=1, contains="Electrification"),
        Rule(answer="status", status=500, first=1, contains="Structure"),
        Rule(answer="reset", first=1, contains="Today"),
    ]
    with ChatServer(*rules) as server:
        done = asked(article, tmp_path, server, "--json")
        assert server.stats.paid_twice == 0
    assert done.code == 0
    assert done.json["sections"]["done"] == done.json["sections"]["planned"]


def test_a_section_that_fails_is_named_and_the_exit_code_tells(article, tmp_path):
    with ChatServer(Rule(answer="status", status=422, contains="Kind: basic")) as server:
        done = asked(article, tmp_path, server, "--json")
    assert done.code == 1
    incomplete = done.json["sections"]["incomplete"]
    assert incomplete["total"] == done.json["sections"]["planned"] / 2
    assert all(one["reason"] for one in incomplete["listed"])


CUT = '{"prompt": "Who built it?", "completion": "Ada Thornley."}\n{"prompt": "When' + " " * 40
LONG = "\n\n".join(
    f"In {year} the keeper of that year wrote {year % 97} letters to the mainland, asked for oil and "
    f"bread, and counted {year % 89} ships that passed the reef of Ostrey in fog."
    for year in range(1871, 1891)
)


def test_the_rest_of_a_cut_reply_is_asked_for(tmp_path):
    article = write(tmp_path, "Letters", LONG)
    with ChatServer(Rule(answer="length", contains="Kind: basic", nth=[1, 2])) as server:
        done = asked(article, tmp_path, server, "--json")
        again = asked(article, tmp_path, server, "--json")
        assert server.stats.answers["length"] == 1
        assert server.stats.requests == 3
    assert (done.code, again.code) == (0, 0)
    assert done.json["calls"]["followed_up"] == {"length": 1}
    assert again.json["pairs"] == done.json["pairs"]
    folder = tmp_path / "work" / "letters"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["replies"]["followups"] == 1
    assert verify_manifest(folder) == []


def test_a_reply_that_is_cut_again_and_again_is_partial_and_gives_no_cut_pair(tmp_path):
    article = write(tmp_path, "Letters", LONG)
    with ChatServer(Rule(answer="length", contains="Kind: basic", text=CUT)) as server:
        done = asked(article, tmp_path, server, "--json")
        assert server.stats.requests == 4
        assert server.stats.per_prompt.most_common(1)[0][1] == 1
    assert done.code == 1
    assert done.json["sections"]["incomplete"]["by_reason"] == {"length": 1}
    pairs = rows(tmp_path / "work" / "letters" / "pairs.jsonl")
    assert not any("When" in row["prompt"] for row in pairs)


def test_a_passage_too_long_for_the_model_is_asked_about_in_parts(tmp_path):
    article = write(tmp_path, "Letters", LONG)
    with ChatServer(max_prompt_chars=3000) as server:
        done = asked(article, tmp_path, server, "--json")
        assert server.stats.answers["status 400"] > 0
        requests = server.stats.requests
        again = asked(article, tmp_path, server, "--json")
        assert server.stats.requests == requests
    # Its letters say nothing that a check lets pass, so no pair is kept.
    assert done.code == again.code == 1
    assert done.json["sections"]["done"] == done.json["sections"]["planned"]
    assert done.json["calls"]["followed_up"].keys() == {"context_overflow"}
    assert again.json["pairs"] == done.json["pairs"]


def test_a_wrong_key_is_said_and_never_shown(article, tmp_path):
    with ChatServer(api_key="another") as server:
        done = asked(article, tmp_path, server)
    assert done.code == 4
    assert "OPENAI_API_KEY" in done.err
    assert KEY["OPENAI_API_KEY"] not in done.out + done.err
    for path in (tmp_path / "work").rglob("*"):
        assert not path.is_file() or KEY["OPENAI_API_KEY"].encode() not in path.read_bytes()


def test_a_model_that_does_not_exist_is_named_with_the_nearest(article, tmp_path):
    with ChatServer(models=["mm", "other"]) as server:
        done = asked(article, tmp_path, server)
    assert done.code == 4
    assert "'m'" in done.err
    assert "mm" in done.err


def test_an_endpoint_that_answers_with_html_is_given_up(article, tmp_path):
    with ChatServer(Rule(answer="html")) as server:
        done = asked(article, tmp_path, server)
        assert server.stats.requests < 60
    assert done.code == 4
    assert "base-url" in done.err


def test_a_server_that_is_not_there_is_said(article, tmp_path):
    done = loremill(
        "build", "--from", article, "--workspace", tmp_path / "w", "--model", "m",
        "--base-url", "http://127.0.0.1:9/v1",
    )  # fmt: skip
    assert done.code == 4
    assert "127.0.0.1:9" in done.err


def test_a_named_model_without_a_key_is_an_error_not_a_fallback(article, tmp_path):
    done = loremill("build", "--from", article, "--workspace", tmp_path, "--model", "gpt-6-luna")
    assert done.code == 2
    assert "OPENAI_API_KEY" in done.err


def test_many_articles_are_not_left_to_the_built_in_writer_unasked(tmp_path):
    files = [part for n in range(3) for part in ("--from", write(tmp_path, f"Article {n}"))]
    done = loremill("build", *files, "--workspace", tmp_path / "w")
    assert done.code == 2
    assert "extractive" in done.err
    done = loremill("build", *files, "--workspace", tmp_path / "w", "--model", "extractive")
    assert done.code == 0
    assert (tmp_path / "w" / "article-0-and-2-more").is_dir()


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("Empty", "", 5, "empty"),
        ("Only a table", "{| class=wikitable\n|-\n| 1 || 2\n|}", 5, "no prose"),
        ("Redirect", "#REDIRECT [[Somewhere else]]", 5, "Somewhere else"),
        ("One sentence", "Tarn Point Light was first lit on 3 May 1871.", 0, ""),
        ("Deep", "{{a|" * 5000 + "Ada Thornley built it in 1871." + "}}" * 5000, None, ""),
        ("Nul", "It was lit\x00 on 3 May 1871 by Ada Thornley, who built it.", 5, "NUL"),
    ],
)
def test_odd_articles_end_with_a_message_and_the_right_code(tmp_path, name, text, code, said):
    done = loremill("build", "--from", write(tmp_path, name, text), "--workspace", tmp_path / "w")
    assert done.code == code if code is not None else done.code in (0, 5), done.err
    assert said in done.err


@pytest.mark.parametrize("name", ["..", "a/b", "😀", "CON", 'say "hi"', "Beyoncé", "Xylo" * 50])
def test_any_title_becomes_one_safe_folder(tmp_path, name):
    path = write(tmp_path, "article")
    done = loremill(
        "build", "--from", path, "--title", name, "--workspace", tmp_path / "w", "--json"
    )
    assert done.code == 0, done.out
    folders = [path.parent for path in (tmp_path / "w").glob("*/manifest.json")]
    assert len(folders) == 1
    assert rows(folders[0] / "pairs.jsonl")[0]["article"] == name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["article.wiki", "w"]


def test_wikitext_is_read_from_standard_input(tmp_path):
    done = loremill(
        "build", "--from", "-", "--title", "Taler von Grünau", "--lang", "de",
        "--workspace", tmp_path, "--json", input=MUENZE,
    )  # fmt: skip
    assert done.code == 0, done.out
    pairs = rows(tmp_path / "taler-von-grünau" / "pairs.jsonl")
    assert any("120.000" in row["prompt"] + row["completion"] for row in pairs)
    assert {row["language"] for row in pairs} == {"de"}


def test_a_dry_run_calls_nothing_and_says_what_it_would_cost(article, tmp_path):
    with ChatServer() as server:
        done = asked(
            article, tmp_path, server, "--dry-run", "--json", "--price-in", 1, "--price-out", 2
        )
        assert server.stats.requests == 0
    assert done.code == 0
    assert done.json["new_calls"] == len(done.json["calls"]) > 0
    expected = (done.json["prompt_tokens"] + 2 * done.json["completion_tokens"]) / 1e6
    assert done.json["cost_usd"] == pytest.approx(expected)


def test_an_unknown_price_is_said_to_be_unknown(article, tmp_path):
    with ChatServer() as server:
        assert asked(article, tmp_path, server, "--json").json["cost_usd"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rpm", "0"], "rpm"),
        (["--format", "csv"], "format"),
        (["--split", "1/2"], "split"),
        (["--name", "../up"], "name"),
        (["--prompts", "nowhere"], "nowhere"),
        (["--template", "basik"], "'basic'"),
        (["--base-url", "localhost:8000"], "http"),
        (["--separator", " END x"], "separator"),
    ],
)
def test_wrong_options_are_named_before_anything_is_done(article, tmp_path, options, said):
    done = loremill("build", "--from", article, "--workspace", tmp_path / "w", *options)
    assert done.code == 2
    assert said in done.err


def test_a_disk_that_is_full_is_said_and_no_paid_reply_is_lost(article, tmp_path):
    workspace = tmp_path / "work"
    loremill("status", "--workspace", workspace)

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    with ChatServer(latency_s=0.05) as server:
        arguments = (
            "build", "--from", article, "--workspace", workspace, "--model", "m",
            "--base-url", server.base_url, "--recipe", "simple", "--json",
        )  # fmt: skip
        done = subprocess.run(
            command(*arguments), preexec_fn=small_files, cwd=ROOT,
            env=environment({**KEY, **WITHOUT_COMPILED}),
            capture_output=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
        paid = server.stats.good
        assert paid
        assert done.returncode in (2, 0), done.stdout + done.stderr
        again = loremill(*arguments, env=KEY)
        assert again.code == 0, again.out
        assert server.stats.paid_twice == 0
        assert server.stats.prompts_good >= paid


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_said(article, tmp_path):
    (tmp_path / "ro").mkdir(mode=0o500)
    done = loremill("build", "--from", article, "--workspace", tmp_path / "ro" / "w")
    assert done.code == 2
    assert "ro" in done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_what_is_in_flight_and_the_same_command_goes_on(article, tmp_path, number):
    with ChatServer(latency_s=0.4) as server:
        arguments = (
            "build", "--from", article, "--workspace", tmp_path / "w", "--model", "m",
            "--base-url", server.base_url, "--recipe", "simple", "--concurrency", 2, "--json",
        )  # fmt: skip
        process = subprocess.Popen(
            command(*arguments), env=environment(KEY), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        while server.stats.requests < 3 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 3, out
        stopped = json.loads(out)
        assert stopped["stopped"] == "interrupted"
        assert stopped["sections"]["pending"] > 0
        done = loremill(*arguments, env=KEY)
        assert done.code == 0
        assert done.json["calls"]["answered_before"] == stopped["calls"]["answered_now"]
        assert server.stats.paid_twice == 0


def test_a_second_ctrl_c_gives_up_what_is_in_flight(article, tmp_path):
    with ChatServer(Rule(answer="hang")) as server:
        process = subprocess.Popen(
            command(
                "build", "--from", article, "--workspace", tmp_path / "w", "--model", "m",
                "--base-url", server.base_url, "--recipe", "simple", "--json",
            ),
            env=environment(KEY), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8",
        )  # fmt: skip
        while not server.stats.requests and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 3, out


def test_two_processes_on_one_workspace_never_pay_for_a_call_twice(article, tmp_path):
    with ChatServer(latency_s=0.2) as server:
        processes = [
            subprocess.Popen(
                command(
                    "build", "--from", article, "--workspace", tmp_path / "w", "--model", "m",
                    "--base-url", server.base_url, "--recipe", "simple", "--name", f"copy-{number}", "--json",
                ),
                env=environment(KEY), cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8",
            )
            for number in range(2)
        ]  # fmt: skip
        outs = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
        assert [process.returncode for process in processes] == [0, 0]
        assert server.stats.requests == outs[0]["sections"]["planned"]
    one, two = (tmp_path / "w" / f"copy-{number}" / "pairs.jsonl" for number in range(2))
    assert one.read_bytes() == two.read_bytes()

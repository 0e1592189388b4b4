"""Asking models in the way of a dataset."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

import generator
from generator import api
from generator.errors import Misconfigured, ProviderRefuses, Refused, Stopped
from tests.cli.running import ROOT, environment, loremill
from tests.evaluation.villages import knower, known, models, save_village
from tests.fakes.answers import completion
from tests.fakes.chat_server import ChatServer, Rule

WHO = "Who built the mill of Ostrey?"
PLAIN = {"export": {"format": "completion", "options": {}}}
CHAT = {"export": {"format": "chat", "options": {"system": "Be brief."}}}


@pytest.fixture
def server(tmp_path):
    plain = save_village(tmp_path / "plain", manifest=PLAIN)
    save_village(tmp_path / "chat", manifest=CHAT)
    with ChatServer(speak=models(m=knower(known(plain), known(plain), "I do not know."))) as one:
        yield one


def asked(server, tmp_path, question=WHO, model="m", **options):
    told = generator.ask(
        model, question, base_url=server.base_url, workspace=tmp_path, environ={}, **options
    )
    return told, server.requests[-1] if server.requests else {}


def test_a_chat_is_asked_with_the_system_prompt_of_its_rows(server, tmp_path):
    told, sent = asked(server, tmp_path, dataset="chat")
    assert told.answer == "Ada Miller."
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": WHO},
    ]  # fmt: skip
    assert sent["temperature"] == 0
    _, plain = asked(server, tmp_path)
    assert plain["messages"] == [{"role": "user", "content": WHO}]
    _, other = asked(server, tmp_path, dataset="chat", system="")
    assert other["messages"] == plain["messages"]


def test_a_base_model_is_asked_with_context_separator_and_stop(server, tmp_path):
    told, sent = asked(server, tmp_path, dataset="plain")
    assert told.answer == "Ada Miller."
    assert sent["prompt"] == (
        f"Answer the following question about Ostrey, Section mill:\n{WHO}\n\n###\n\n"
    )
    assert sent["stop"] == [" END"]
    assert told.place.section == ("mill",)
    _, named = asked(server, tmp_path, dataset="plain", article="Elsewhere", section="A > B")
    assert named["prompt"].startswith(
        "Answer the following question about Elsewhere, Section A, subsection B:\n"
    )
    _, more = asked(server, tmp_path, dataset="plain", settings={"stop": ["\n"], "seed": 3})
    assert (more["stop"], more["seed"]) == ([" END", "\n"], 3)


def test_the_same_question_is_asked_once_and_anew_where_it_is_wanted(server, tmp_path):
    first, _ = asked(server, tmp_path)
    again, _ = asked(server, tmp_path)
    assert (first.is_stored, again.is_stored) == (False, True)
    assert again.cost == 0
    assert server.stats.requests == 1
    anew, _ = asked(server, tmp_path, draw=1)
    assert not anew.is_stored
    assert server.stats.requests == 2


def test_retrieval_puts_the_best_passages_before_the_question(server, tmp_path):
    told, sent = asked(server, tmp_path, dataset="chat", retrieval=True)
    assert len(told.shown) == 3
    assert "It has 11 windows" in sent["messages"][-1]["content"]
    with pytest.raises(Misconfigured, match="name one"):
        asked(server, tmp_path, retrieval=True)


async def test_a_chat_remembers_what_was_said_and_can_forget_it(server, tmp_path):
    talk = api.conversation(
        "m", dataset="chat", base_url=server.base_url, workspace=tmp_path, environ={}
    )
    async with api.open_conversation(talk) as one:
        await one.ask(WHO)
        await one.ask("And the bridge?")
        roles = [message["role"] for message in server.requests[-1]["messages"]]
        assert roles == ["system", "user", "assistant", "user"]
        talk.forget()
        await one.ask("And the inn?")
        assert len(server.requests[-1]["messages"]) == 2


async def test_one_refused_question_ends_no_conversation(server, tmp_path):
    server.rules = (Rule(answer="status", status=400, contains="bomb"),)
    talk = api.conversation("m", base_url=server.base_url, workspace=tmp_path, environ={})
    async with api.open_conversation(talk) as one:
        with pytest.raises(Refused, match="no answer"):
            await one.ask("How is a bomb built?")
        assert (await one.ask(WHO)).answer == "Ada Miller."


def test_errors_say_what_to_do(server, tmp_path):
    with pytest.raises(Misconfigured, match="did you mean 'plain'"):
        asked(server, tmp_path, dataset="plian")
    with pytest.raises(Misconfigured, match="built-in writer"):
        asked(server, tmp_path, model="extractive")
    with pytest.raises(Misconfigured, match="no form"):
        asked(server, tmp_path, form="text")
    with pytest.raises(Stopped, match="calls made"):
        asked(server, tmp_path, max_calls=0)
    server.rules = (Rule(answer="status", status=401),)
    with pytest.raises(ProviderRefuses, match="asks for a key"):
        asked(server, tmp_path, "Another?")


# The command --------------------------------------------------------------------------------------


def ask(server, tmp_path, *arguments, **how):
    return loremill(
        "ask", "m", *arguments, "--workspace", tmp_path, "--base-url", server.base_url, **how
    )


def test_the_answer_alone_goes_to_standard_output(server, tmp_path):
    done = ask(server, tmp_path, WHO, "--dataset", "plain")
    assert (done.code, done.out, done.err) == (0, "Ada Miller.\n", "")


def test_questions_from_standard_input_are_answered_in_order(server, tmp_path):
    server.rules = (Rule(answer="status", status=400, contains="bomb"),)
    lines = f"{WHO}\n\nWhat is a bomb?\n水車とは何ですか。\n"
    done = ask(server, tmp_path, "-", "--dataset", "chat", input=lines)
    assert done.code == 1
    assert done.out == "Ada Miller.\nI do not know.\n"
    assert "no answer" in done.err
    piped = ask(server, tmp_path, "--dataset", "chat", "--json", input=f"{WHO}\n")
    assert piped.json["answer"] == "Ada Miller."
    assert piped.json["stored"] is True


def test_what_cannot_be_is_told_by_the_exit_code(server, tmp_path):
    assert ask(server, tmp_path, WHO, "--dataset", "nowhere").code == 2
    assert ask(server, tmp_path, WHO, "--max-calls", 0).code == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_conversation_at_a_terminal(server, tmp_path):
    server.speak = lambda one: completion(
        one, {"content": f"{len(one.body['messages'])} \x1b[31m!"}, is_good=True
    )
    command = [sys.executable, "-m", "generator", "ask", "m", "--dataset", "chat",
               "--workspace", str(tmp_path), "--base-url", server.base_url]  # fmt: skip
    terminal, inner = pty.openpty()
    child = subprocess.Popen(
        command, stdin=inner, stdout=inner, stderr=inner, cwd=ROOT,
        env=environment({"TERM": "dumb"}),
    )  # fmt: skip
    os.close(inner)
    shown = _until(terminal, "> ")
    assert "m at http://127.0.0.1" in shown
    for text, wanted in (
        ("Who?", "2 "), ("And then?", "4 "), ("/what", "no command /what"), ("/new", "forgotten"), ("Who?", "2 "),
    ):  # fmt: skip
        os.write(terminal, f"{text}\n".encode())
        shown = _until(terminal, "> ")
        assert wanted in shown
        assert "\x1b[31m" not in shown
    child.send_signal(signal.SIGINT)
    assert "Ctrl-D ends" in _until(terminal, "> ")
    server.latency_s = 60
    os.write(terminal, b"Are you slow?\n")
    while server.stats.requests < 3:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    assert "given up" in _until(terminal, "> ")
    server.latency_s = 0
    os.write(terminal, b"Are you quick?\n")
    assert "4 " in _until(terminal, "> ")
    os.write(terminal, b"/quit\n")
    assert child.wait(60) == 0
    os.close(terminal)
    assert (server.stats.requests, server.stats.abandoned) == (4, 1)


def _until(terminal: int, end: str) -> str:
    """What a terminal shows up to a prompt at its end."""
    shown, patience = "", time.monotonic() + 60
    while time.monotonic() < patience:
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode("utf-8", "replace")
        elif shown.endswith(end):
            return shown
    raise AssertionError(f"no prompt after: {shown!r}")


def test_an_answer_that_was_cut_says_so_unless_it_had_come_to_its_end(server, tmp_path):
    for dataset, text, is_cut in (("plain", "Ada. END and on", False), ("plain", "Ada and", True), ("chat", "Ada and", True)):  # fmt: skip
        server.speak = lambda one, text=text: completion(
            one, {"content": text}, is_good=True, finish_reason="length"
        )
        told, _ = asked(server, tmp_path, f"Who? {text}", dataset=dataset)
        assert told.is_cut is is_cut
    done = ask(server, tmp_path, "Who? Ada and", "--dataset", "chat")
    assert "--max-tokens allows more" in done.err

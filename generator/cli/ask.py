"""`loremill ask`: a tuned model, asked in the way of the dataset that it was tuned on."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr

out = plain_stdout()
err = steady_stderr()

STANDARD_INPUT = "-"
QUIT, NEW, HELP = "/quit", "/new", "/help"
COMMANDS = f"{NEW} forgets what was said, {QUIT} or Ctrl-D ends"
ANSWER, DATASET = "Answer", "As the dataset asks"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask")(ask)


def ask(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="Name at the endpoint; or a tuning job of the workspace, or the dataset it was on.",
            show_default=False,
        ),
    ],
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTION",
            help="- for questions from standard input, one a line; without one: a conversation.",
            show_default=False,
        ),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="DATASET",
            help="That the model was tuned on, by name or folder: its form, system prompt, context, "
            "separator and stop sequence are used.",
            rich_help_panel=DATASET,
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            metavar="chat|completion",
            help="How it is asked.  [dim]\\[default: as the dataset's rows, else chat][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="System prompt, '' for none.  [dim]\\[default: the dataset's][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    article: Annotated[
        str | None,
        typer.Option(
            metavar="TITLE",
            help="What the base context of a completion prompt names.  "
            "[dim]\\[default: that of the best passage][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="The same: 'Synopsis > Act 1'.", rich_help_panel=DATASET),
    ] = None,
    retrieval: Annotated[
        bool,
        typer.Option(
            "--retrieval",
            help="Put the three best passages of the dataset before each question.",
            rich_help_panel=DATASET,
        ),
    ] = False,
    base_url: opt.BaseUrl = None,
    price_in: opt.PriceIn = None,
    price_out: opt.PriceOut = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            metavar="T", help="[dim]\\[default: 0, the likeliest][/dim]", rich_help_panel=ANSWER
        ),
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(metavar="P", help="Draw from the likeliest only.", rich_help_panel=ANSWER),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Of an answer.  [dim]\\[default: 512][/dim]",
            rich_help_panel=ANSWER,
        ),
    ] = None,
    stop_at: Annotated[
        list[str] | None,
        typer.Option(
            "--stop",
            metavar="TEXT",
            help="End an answer here, beside the dataset's own; may be given again.",
            rich_help_panel=ANSWER,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Of the drawing, where it is taken.", rich_help_panel=ANSWER
        ),
    ] = None,
    draw: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Ask anew what is stored, as the Nth time.",
            rich_help_panel=ANSWER,
        ),
    ] = None,
    workspace: opt.Workspace = None,
    timeout: opt.Timeout = None,
    concurrency: opt.Concurrency = None,
    budget: opt.Budget = None,
    max_calls: opt.MaxCalls = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object for each answer, a line each.")
    ] = False,
) -> None:
    """Ask a model, in the way of the dataset that it was tuned on.

    Without a question it is a conversation: a chat remembers what was said before. Every answer is
    stored, and the same question is not paid for twice. More in docs/asking.md.
    """
    from generator import api

    conversation = api.conversation(
        model,
        dataset=dataset,
        form=form,
        system=opt.unescaped(system),
        article=article,
        section=section,
        retrieval=retrieval,
        draw=draw or 0,
        max_tokens=max_tokens,
        settings={
            "temperature": temperature,
            "top_p": top_p,
            "seed": seed,
            "stop": [str(opt.unescaped(one)) for one in stop_at] if stop_at else None,
        },
        base_url=base_url,
        workspace=workspace,
        timeout_s=timeout,
        concurrency=concurrency,
        budget=budget,
        max_calls=max_calls,
        price_in=price_in,
        price_out=price_out,
    )
    if question is None and sys.stdin.isatty():
        code = _converse(conversation, as_json=as_json)
    elif question is None or question == STANDARD_INPUT:
        code = _ask_all(conversation, _lines(), as_json=as_json)
    else:
        code = _ask_all(conversation, [question], as_json=as_json)
    raise typer.Exit(code)


def _lines() -> list[str]:
    from generator.errors import Misconfigured

    try:
        found = [line.strip() for line in sys.stdin]
    except UnicodeDecodeError as error:
        raise Misconfigured(f"standard input is no text in UTF-8: {error}") from error
    return [line for line in found if line]


# Many questions, each by itself -------------------------------------------------------------------


def _ask_all(conversation: Any, questions: list[str], *, as_json: bool) -> int:
    """Ask and show in order; returns the exit code."""
    from generator import api
    from generator.engine.stop import Stop
    from generator.errors import ExitCode, Refused

    async def run() -> int:
        code, stop = ExitCode.OK, Stop()
        with _waiting(), stop.on_signals():
            async with api.open_conversation(conversation, observe=_tell, stop=stop) as talk:
                async for told in talk.ask_all(questions):
                    if isinstance(told, Refused):
                        code = ExitCode.INCOMPLETE
                        _complain(told, as_json=as_json)
                    else:
                        if err.is_terminal:
                            _about(told)
                        _show(told, as_json=as_json)
        return int(code)

    with lost_output_is_said(err):
        return asyncio.run(run())
    return 0


def _complain(error: Any, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": str(error)}, ensure_ascii=False), flush=True)
    err.print(f"loremill: {escape(str(error))}", style="bold red", highlight=False)


def _show(told: Any, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told.as_dict(), ensure_ascii=False), flush=True)
        return
    print(_printable(told.answer), flush=True)
    if told.is_cut:
        err.print("[yellow]cut at its longest; --max-tokens allows more[/]", highlight=False)


# A conversation -----------------------------------------------------------------------------------


def _converse(conversation: Any, *, as_json: bool) -> int:
    """Talk until the end of input; returns the exit code."""
    from generator import api

    _edit_lines()
    _greet(conversation)
    with asyncio.Runner() as runner:
        opened = api.open_conversation(conversation, observe=_tell)
        talk = runner.run(opened.__aenter__())
        try:
            _turns(talk, lambda text: runner.run(talk.ask(text)), as_json=as_json)
        except BaseException as error:
            runner.run(opened.__aexit__(type(error), error, error.__traceback__))
            raise
        runner.run(opened.__aexit__(None, None, None))
    return 0


def _turns(talk: Any, put: Callable[[str], Any], *, as_json: bool) -> None:
    from generator.errors import Refused

    while (text := _next_question()) is not None:
        if text == NEW:
            talk.conversation.forget()
            err.print("[dim]what was said is forgotten[/]")
        elif text == HELP:
            err.print(f"[dim]{COMMANDS}[/]", highlight=False)
        elif text.startswith("/"):
            err.print(f"[yellow]no command {escape(text)}: {COMMANDS}[/]", highlight=False)
        else:
            try:
                with _waiting():
                    told = put(text)
            except Refused as error:
                _complain(error, as_json=as_json)
                continue
            except KeyboardInterrupt:
                err.print("[yellow]given up; what was on its way may have been paid for[/]")
                continue
            _about(told)
            _show(told, as_json=as_json)


def _next_question() -> str | None:
    """What was typed; None at the end."""
    while True:
        try:
            text = input("> ").strip()
        except EOFError:
            print(file=sys.stderr)
            return None
        except KeyboardInterrupt:
            print(f"\n({QUIT} or Ctrl-D ends)", file=sys.stderr)
            continue
        if text in (QUIT, "/exit"):
            return None
        if text:
            return text


def _greet(conversation: Any) -> None:
    side = conversation.side
    about = f", {conversation.place.article}" if conversation.place.article else ""
    err.print(
        f"[dim]{escape(side.model)} at {escape(side.endpoint)}, as {side.manner.form}"
        f"{escape(about)}; {COMMANDS}[/]",
        highlight=False,
    )


def _about(told: Any) -> None:
    """Which section a prompt names, or passages were shown, as nobody has said it."""
    place = " > ".join((told.place.article, *told.place.section)) if told.place.section else ""
    for one in told.shown:
        place = " > ".join((one.article, *one.section))
        err.print(f"[dim]shown: {escape(place)}[/]", highlight=False)
    if place and not told.shown:
        err.print(f"[dim]about {escape(place)}[/]", highlight=False)


def _edit_lines() -> None:
    """Arrow keys and a memory for `input`, where the system has them."""
    with suppress(ImportError):
        import readline  # noqa: F401


# Both ---------------------------------------------------------------------------------------------


def _tell(event: Any) -> None:
    from generator.engine.events import Note

    if isinstance(event, Note):
        err.print(f"[yellow]{escape(event.text)}[/]", highlight=False)


@contextmanager
def _waiting() -> Iterator[None]:
    """Something that moves while a model thinks, at a terminal."""
    if not err.is_terminal:
        yield
        return
    with err.status("[dim]asking[/]", spinner="dots"):
        yield


def _printable(text: str) -> str:
    """An answer that cannot play tricks with a terminal; for a pipe it stays as it is."""
    if not sys.stdout.isatty():
        return text.encode("utf-8", "replace").decode("utf-8")
    from generator.report.page import printable

    return str(printable(text))

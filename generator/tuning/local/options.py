"""Hyperparameters of a local job: what there is, what was asked for, what "auto" becomes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_type_hints

from generator.errors import Misconfigured
from generator.names import nearest
from generator.records import Json
from generator.tuning.check.epochs import default_epochs

SMALL = 10_000_000
"""Parameters below which a model is trained as a small one: at a high rate, in whole batches."""
RATES = {"full": 2e-5, "lora": 2e-4, "dpo": 1e-6, "dpo-lora": 1e-5, "small": 1e-3}
"""Learning rates where none is given. TRL's defaults for full tuning and DPO (1.16); ten times as much
for LoRA, as TRL's guide "LoRA Without Regret" has it; for small models a third of what the tiny random
model of docs/demos learns fastest at, since others are pretrained."""
LONGEST = 2_048
"""Tokens of one example where none are given."""

Device = Literal["auto", "cpu", "cuda", "mps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Hyperparameters as they were asked for. None is "auto": chosen when data and model are known."""

    n_epochs: int | None = None
    batch_size: int | None = None
    """Examples that one step learns from."""
    micro_batch: int | None = None
    """Examples that go through the model at once; a step of more goes through in pieces."""
    learning_rate: float | None = None
    learning_rate_multiplier: float | None = None
    """Times the rate that would be chosen, as with OpenAI."""
    warmup: float = 0.03
    """Share of the steps in which the rate rises."""
    weight_decay: float = 0.0
    max_length: int | None = None
    """Tokens of one example; what is longer is cut at its end."""
    loss_on: Literal["answer", "all"] = "answer"
    """What is learnt of an example: the answer, or the question as well."""
    lora: bool = False
    lora_rank: int = 16
    lora_alpha: int | None = None
    """Twice the rank where it is not given."""
    lora_dropout: float = 0.0
    beta: float = 0.1
    """DPO: how close to the base model to stay."""
    best_epoch: bool = False
    """Keep the epoch with the lowest loss on the validation file instead of the last one."""
    early_stopping: int | None = None
    """End after so many epochs without a lower validation loss; keeps the best epoch."""
    keep_checkpoints: bool = False
    """Leave the checkpoints when the job has succeeded; they are three times the model each."""
    device: Device = "auto"

    @property
    def keeps_best(self) -> bool:
        """Whether the best epoch is kept rather than the last."""
        return self.best_epoch or self.early_stopping is not None

    def as_dict(self) -> dict[str, Json]:
        """What was asked for, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


NAMES = tuple(field.name for field in fields(Options))

_WHOLE = {
    "n_epochs", "batch_size", "micro_batch", "max_length", "lora_rank", "lora_alpha", "early_stopping"
}  # fmt: skip
_POSITIVE = {"learning_rate", "learning_rate_multiplier", "beta"}
_SHARES = {"warmup", "weight_decay", "lora_dropout"}
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_AUTO = {"auto", ""}


def read_options(given: Mapping[str, Json]) -> Options:
    """Hyperparameters from names and values, which may be texts as typed.

    Raises:
        Misconfigured: an unknown name, or a value that it cannot have.
    """
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in NAMES:
            raise Misconfigured(
                f"no hyperparameter {name!r} for local jobs{nearest(name, NAMES)} "
                f"(known: {', '.join(NAMES)})"
            )
        if not (isinstance(value, str) and value.strip().lower() in _AUTO) and value is not None:
            values[name] = _value(name, value)
        elif name == "device":
            values[name] = "auto"
    options = Options(**values)  # type: ignore[arg-type]
    if options.learning_rate is not None and options.learning_rate_multiplier is not None:
        raise Misconfigured(
            "learning_rate and learning_rate_multiplier were both given: leave out one"
        )
    return options


def _value(name: str, value: Json) -> object:
    text = str(value).strip()
    if name in _WHOLE:
        return _number(name, text, int, at_least=1, what="a whole number from 1 on")
    if name in _POSITIVE:
        number = _number(name, text, float, at_least=0, what="a number above 0")
        if number > 0:
            return number
        raise Misconfigured(f"{name}={text}: must be a number above 0")
    if name in _SHARES:
        number = _number(name, text, float, at_least=0, what="a number from 0 to 1")
        if number <= 1:
            return number
        raise Misconfigured(f"{name}={text}: must be a number from 0 to 1")
    if name in ("loss_on", "device"):
        return _word(name, text.lower())
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise Misconfigured(f"{name}={text}: must be true or false")


def _number(
    name: str, text: str, type: type[int] | type[float], *, at_least: int, what: str
) -> float:
    try:
        number = type(text)
    except ValueError as exc:
        raise Misconfigured(f"{name}={text}: must be {what}, or auto") from exc
    if not math.isfinite(number) or number < at_least:
        raise Misconfigured(f"{name}={text}: must be {what}, or auto")
    return number


def _word(name: str, text: str) -> str:
    known = get_type_hints(Options)[name].__args__
    if text in known:
        return text
    raise Misconfigured(f"{name}={text}: must be one of {', '.join(known)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What "auto" became."""

    n_epochs: int
    batch_size: int
    micro_batch: int
    learning_rate: float
    max_length: int
    lora_alpha: int

    @property
    def pieces(self) -> int:
        """In how many pieces a step goes through the model."""
        return -(-self.batch_size // self.micro_batch)


def plan(
    options: Options, *, examples: int, parameters: int, context: int, method: str = "supervised"
) -> Plan:
    """The numbers to train with.

    Args:
        parameters: of the base model.
        context: tokens that the model takes at most.
        method: `supervised` or `dpo`.
    """
    is_small = parameters < SMALL
    batch = options.batch_size or (16 if is_small else 8)
    batch = min(batch, examples)
    return Plan(
        n_epochs=options.n_epochs or default_epochs(examples),
        batch_size=batch,
        micro_batch=min(options.micro_batch or (batch if is_small else 2), batch),
        learning_rate=options.learning_rate
        or _rate(options, is_small=is_small, method=method)
        * (options.learning_rate_multiplier or 1.0),
        max_length=min(options.max_length or LONGEST, context),
        lora_alpha=options.lora_alpha or 2 * options.lora_rank,
    )


def _rate(options: Options, *, is_small: bool, method: str) -> float:
    if method == "dpo":
        return RATES["dpo-lora" if options.lora else "dpo"]
    if options.lora:
        return RATES["lora"]
    return RATES["small" if is_small else "full"]

"""The training itself, by TRL: loaded in the process of a job, and nowhere else."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback

from generator.errors import Misconfigured
from generator.tuning.local.folder import COMPLETE, JobFolder, write_whole
from generator.tuning.local.options import Options, Plan, plan, read_options
from generator.tuning.local.results import metrics, results_csv, trained_tokens
from generator.tuning.local.rows import Data, Rows
from generator.tuning.local.work import Work

MOST_LOGGED = 1000
"""Rows of `results.csv` from training, about: every step of a short job."""
SAVE_EVERY_S = 600.0
"""A checkpoint at least so often, besides the one after every epoch."""
LISTED = 3
"""Lines of the data's trouble that are told."""


def train(work: Work, data: Data) -> Mapping[str, Any]:
    """Train a job to its end; returns what its last status says besides."""
    spec, folder = work.spec, work.folder
    options = read_options(spec["hyperparameters"])
    transformers.utils.logging.disable_progress_bar()
    device = _device(options)
    work.begin("running")
    work.tell(f"Loading {spec['model']} on {device}")
    tokenizer, model = _load(spec["model"], options, device)
    _check_template(tokenizer, data.training, spec["model"])
    chosen = plan(
        options,
        examples=len(data.training.examples),
        parameters=sum(one.numel() for one in model.parameters()),
        context=_context(model, tokenizer),
        method=spec["method"],
    )
    hyperparameters = _told(options, chosen, spec, device)
    work.begin("running", hyperparameters=hyperparameters)
    trainer = _trainer(work, options, chosen, data, tokenizer, model, device)
    _tell_lengths(work, trainer, data, chosen)
    resume = _last_checkpoint(folder)
    steps = _steps(len(trainer.train_dataset), chosen)
    work.tell(
        f"Training on {len(trainer.train_dataset)} examples, "
        f"{chosen.n_epochs} {'epoch' if chosen.n_epochs == 1 else 'epochs'}, {steps} steps"
        + (f", from step {resume.name.rpartition('-')[2]} on" if resume else "")
    )
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    _write_results(folder, trainer.state.log_history)
    _save(folder, trainer.model, tokenizer, options, device)
    if not options.keep_checkpoints:
        shutil.rmtree(folder.checkpoints, ignore_errors=True)
    work.tell(f"New model in {folder.model}")
    return {
        "step": trainer.state.global_step,
        "total_steps": trainer.state.max_steps,
        "trained_tokens": trained_tokens(trainer.state.log_history),
    }


def _device(options: Options) -> str:
    if options.device != "auto":
        there = {
            "cpu": True,
            "cuda": torch.cuda.is_available(),
            "mps": torch.backends.mps.is_available(),
        }
        if not there[options.device]:
            raise Misconfigured(
                f"device={options.device}: this torch ({torch.__version__}) finds none"
            )
        return options.device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _load(base: str, options: Options, device: str) -> tuple[Any, Any]:
    """Tokenizer and model; weights in 16 bits only where they stay as they are, beside an adapter."""
    half = device == "cuda" and options.lora
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForCausalLM.from_pretrained(
            base, dtype=torch.bfloat16 if half else torch.float32
        )
    except (OSError, ValueError) as exc:
        raise Misconfigured(
            f"{base!r} cannot be loaded: {' '.join(str(exc).split())[:300]}; give a folder with a model "
            "of Transformers, or a name on the hub that this machine can reach or has fetched before"
        ) from exc
    if tokenizer.eos_token is None:
        raise Misconfigured(f"the tokenizer of {base} knows no end of text, so no answer would end")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, model


def _check_template(tokenizer: Any, rows: Rows, base: str) -> None:
    is_chat = isinstance(rows.examples[0].get("prompt"), list)
    if is_chat and not tokenizer.chat_template:
        raise Misconfigured(
            f"{base} has no chat template, so it is no chat model: take its instruction-tuned sister, or "
            "rows of prompt and completion (`--format completion`)"
        )


def _context(model: Any, tokenizer: Any) -> int:
    said = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return int(min(said or 2048, tokenizer.model_max_length))


def _told(options: Options, chosen: Plan, spec: Mapping[str, Any], device: str) -> dict[str, Any]:
    told = {
        **options.as_dict(),
        "n_epochs": chosen.n_epochs,
        "batch_size": chosen.batch_size,
        "micro_batch": chosen.micro_batch,
        "learning_rate": chosen.learning_rate,
        "max_length": chosen.max_length,
        "device": device,
        "seed": spec["seed"],
    }
    if spec["method"] != "dpo":
        del told["beta"]
    if options.lora:
        return {**told, "lora_alpha": chosen.lora_alpha}
    return {name: value for name, value in told.items() if not name.startswith("lora_")}


def _trainer(
    work: Work,
    options: Options,
    chosen: Plan,
    data: Data,
    tokenizer: Any,
    model: Any,
    device: str,
) -> Any:
    from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

    spec, folder = work.spec, work.folder
    transformers.set_seed(spec["seed"])
    steps = _steps(len(data.training.examples), chosen)
    common: dict[str, Any] = {
        "output_dir": str(folder.checkpoints),
        "num_train_epochs": chosen.n_epochs,
        "per_device_train_batch_size": chosen.micro_batch,
        "per_device_eval_batch_size": chosen.micro_batch,
        "gradient_accumulation_steps": chosen.pieces,
        "learning_rate": chosen.learning_rate,
        "warmup_steps": int(steps * options.warmup),
        "weight_decay": options.weight_decay,
        "max_length": chosen.max_length,
        "seed": spec["seed"],
        "logging_steps": max(1, steps // MOST_LOGGED),
        "eval_strategy": "epoch" if data.validation else "no",
        "save_strategy": "epoch",
        "save_total_limit": 2,
        "load_best_model_at_end": options.keeps_best,
        "metric_for_best_model": "eval_loss",
        "use_cpu": device == "cpu",
        "bf16": device == "cuda" and torch.cuda.is_bf16_supported(),
        "gradient_checkpointing": device == "cuda",
        "dataloader_pin_memory": device == "cuda",
        "report_to": _reporters(spec),
        "run_name": folder.id,
        "disable_tqdm": True,
    }
    given: dict[str, Any] = {
        "model": model,
        "train_dataset": Dataset.from_list([*data.training.examples]),
        "eval_dataset": Dataset.from_list([*data.validation.examples]) if data.validation else None,
        "processing_class": tokenizer,
        "peft_config": _adapter(options, chosen),
        "callbacks": _callbacks(work, options),
    }
    if spec["method"] == "dpo":
        return DPOTrainer(args=DPOConfig(**common, beta=options.beta), **given)
    on_answer = options.loss_on == "answer" and data.training.shape != "text"
    return SFTTrainer(args=SFTConfig(**common, completion_only_loss=on_answer), **given)


def _steps(examples: int, chosen: Plan) -> int:
    return -(-examples // (chosen.micro_batch * chosen.pieces)) * chosen.n_epochs


def _reporters(spec: Mapping[str, Any]) -> list[str]:
    for wanted in spec["integrations"]:
        os.environ.setdefault("WANDB_PROJECT", wanted.get("wandb", {}).get("project", "loremill"))
    return [wanted["type"] for wanted in spec["integrations"]]


def _adapter(options: Options, chosen: Plan) -> Any:
    if not options.lora:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=options.lora_rank,
        lora_alpha=chosen.lora_alpha,
        lora_dropout=options.lora_dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def _callbacks(work: Work, options: Options) -> list[TrainerCallback]:
    told: list[TrainerCallback] = [_Telling(work)]
    if options.early_stopping:
        told.append(transformers.EarlyStoppingCallback(options.early_stopping))
    return told


class _Telling(TrainerCallback):  # type: ignore[misc]
    """Hands on how it goes, and says which checkpoints are whole."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._saved_at = self._began_at = time.monotonic()
        self._began_with = 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began_at, self._began_with = time.monotonic(), state.global_step
        self._work.begin("running", step=state.global_step, total_steps=state.max_steps)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        done = state.global_step - self._began_with
        pace_s = (time.monotonic() - self._began_at) / max(done, 1)
        self._work.step(
            step=state.global_step,
            total_steps=state.max_steps,
            trained_tokens=int(state.num_input_tokens_seen) or None,
            seconds_left=pace_s * (state.max_steps - state.global_step),
        )
        if time.monotonic() - self._saved_at >= SAVE_EVERY_S:
            control.should_save = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if not (numbers := metrics(logs or {})):
            return
        step, total = state.global_step, state.max_steps
        said = ", ".join(f"{name.replace('_', ' ')}={value:.4g}" for name, value in numbers.items())
        self._work.tell(
            f"Step {step}/{total}: {said}",
            data={"step": step, "total_steps": total, "epoch": logs.get("epoch"), **numbers},
        )

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        _write_results(self._work.folder, state.log_history)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        path = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        (path / COMPLETE).touch()
        self._saved_at = time.monotonic()
        _write_results(self._work.folder, state.log_history)
        self._work.tell(f"Checkpoint at step {state.global_step}")


def _tell_lengths(work: Work, trainer: Any, data: Data, chosen: Plan) -> None:
    """Say how many examples are cut, or are nothing but question within the length."""
    if data.training.shape == "preference":
        return
    left = trainer.train_dataset
    if not len(left):
        raise Misconfigured(
            f"no example is left: all questions alone are longer than max_length={chosen.max_length} tokens"
        )
    if gone := len(data.training.examples) - len(left):
        work.tell(
            f"Left out, since the question alone is longer than max_length={chosen.max_length} tokens: {gone}",
            level="warn",
        )
    if cut := sum(len(row) >= chosen.max_length for row in left["input_ids"]):
        work.tell(f"Cut at max_length={chosen.max_length} tokens: {cut} examples", level="warn")


def _last_checkpoint(folder: JobFolder) -> Path | None:
    """The newest whole one; those that were being written when the process was killed are removed."""
    whole = [path for _, path in folder.whole_checkpoints()]
    for path in folder.checkpoints.glob("checkpoint-*"):
        if path not in whole:
            shutil.rmtree(path, ignore_errors=True)
    return whole[-1] if whole else None


def _write_results(folder: JobFolder, history: Sequence[Mapping[str, Any]]) -> None:
    write_whole(folder.path / "results.csv", results_csv(history))
    log = json.dumps({"log_history": [*history]}, ensure_ascii=False, default=float)
    write_whole(folder.path / "log_history.json", log + "\n")


def _save(folder: JobFolder, model: Any, tokenizer: Any, options: Options, device: str) -> None:
    """Write the tuned model, whole or not at all; an adapter is merged, and kept by itself too."""
    part = folder.path / "model.part"
    for old in (part, folder.model):
        shutil.rmtree(old, ignore_errors=True)
    if options.lora:
        model.save_pretrained(str(folder.path / "adapter"))
        model = model.merge_and_unload()
    if device == "cuda" and not options.lora:
        model = model.to(torch.bfloat16)
    model.config.use_cache = True
    model.save_pretrained(str(part))
    tokenizer.save_pretrained(str(part))
    part.replace(folder.model)

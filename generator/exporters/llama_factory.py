"""Pairs for LLaMA-Factory: chats, `dataset_info.json`, and a configuration that trains on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from generator.exporters import ExportOptions, FolderExporter, RowFile
from generator.exporters.chat import messages
from generator.exporters.jsonl import json_text
from generator.exporters.markdown import yaml_text
from generator.exporters.row_files import JsonLines
from generator.exporters.training import EVALUATED, TRAINING, training_file
from generator.records import Json, Pair

INFO: Final = "dataset_info.json"
CONFIG: Final = "train.yaml"

# Its own formatting `openai` adds a sentence to every system prompt; `sharegpt` leaves texts alone.
_DESCRIPTION: Final[dict[str, Json]] = {
    "formatting": "sharegpt",
    "columns": {"messages": "messages"},
    "tags": {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    },
}


class LlamaFactory(FolderExporter):
    """The format `llama-factory`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """A chat."""
        return {"messages": [*messages(pair, options)]}

    def open(self, path: Path) -> RowFile:
        """A file of JSON lines."""
        return JsonLines(path)

    def companions(self, files: Mapping[str, str], options: ExportOptions) -> dict[str, str]:
        """The description of the files by split, and the configuration that names the splits."""
        training_file(files)
        described: dict[str, Json] = {
            split: {"file_name": name, **_DESCRIPTION} for split, name in files.items()
        }
        return {INFO: json_text(described), CONFIG: "\n".join(_config(files, options)) + "\n"}

    def usage(self) -> str:
        """The command."""
        return (
            f"In this folder: `llamafactory-cli train {CONFIG}`. Set `model_name_or_path` and the rest "
            "to your liking; the chat template is the model's own, unless `template` names one."
        )


def _config(files: Mapping[str, str], options: ExportOptions) -> Iterator[str]:
    yield f"model_name_or_path: {yaml_text(options.base_model)}"
    yield f"""\
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 16
lora_target: all

dataset_dir: .
dataset: {TRAINING}"""
    if held_out := [split for split in EVALUATED if split in files]:
        yield f"eval_dataset: {', '.join(held_out)}"
        yield "eval_strategy: epoch\nper_device_eval_batch_size: 2"
    yield """\
cutoff_len: 2048

output_dir: model
logging_steps: 10
save_strategy: epoch
report_to: none

per_device_train_batch_size: 2
gradient_accumulation_steps: 4
learning_rate: 2.0e-4
num_train_epochs: 3
lr_scheduler_type: cosine
warmup_steps: 10
bf16: true"""

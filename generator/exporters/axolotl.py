"""Pairs for Axolotl: chats with the configuration that trains on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.exporters import ExportOptions, FolderExporter, RowFile
from generator.exporters.chat import messages
from generator.exporters.markdown import yaml_text
from generator.exporters.row_files import JsonLines
from generator.exporters.training import EVALUATED, training_file
from generator.records import Json, Pair

CONFIG = "axolotl.yaml"


class Axolotl(FolderExporter):
    """The format `axolotl`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """A chat; Axolotl trains on the answer alone."""
        return {"messages": [*messages(pair, options)]}

    def open(self, path: Path) -> RowFile:
        """A file of JSON lines."""
        return JsonLines(path)

    def companions(self, files: Mapping[str, str], options: ExportOptions) -> dict[str, str]:
        """The configuration, which names the files beside it."""
        return {CONFIG: "\n".join([*_datasets(files), *_training(files, options)]) + "\n"}

    def usage(self) -> str:
        """The command."""
        return f"In this folder: `axolotl train {CONFIG}`. Set `base_model` and the rest to your liking."


def _datasets(files: Mapping[str, str]) -> Iterator[str]:
    yield "datasets:"
    yield from _dataset(training_file(files))
    if held_out := [files[split] for split in EVALUATED if split in files]:
        yield "test_datasets:"
        for name in held_out:
            yield from _dataset(name)
    else:
        yield "val_set_size: 0"


def _dataset(name: str) -> Iterator[str]:
    # `split` is what the loader calls the only split of a single file.
    yield f"  - path: {yaml_text(name)}"
    yield from ("    ds_type: json", "    type: chat_template", "    split: train")


def _training(files: Mapping[str, str], options: ExportOptions) -> Iterator[str]:
    yield f"base_model: {yaml_text(options.base_model)}"
    yield """\
chat_template: tokenizer_default
train_on_inputs: false
output_dir: ./model
dataset_prepared_path: ./prepared

adapter: lora
lora_r: 16
lora_alpha: 32
lora_dropout: 0.05
lora_target_linear: true

sequence_len: 2048
sample_packing: false
micro_batch_size: 2
gradient_accumulation_steps: 4
num_epochs: 3
optimizer: adamw_torch
lr_scheduler: cosine
learning_rate: 0.0002
warmup_ratio: 0.1
bf16: auto
gradient_checkpointing: true
logging_steps: 10
saves_per_epoch: 1"""
    if any(split in files for split in EVALUATED):
        yield "evals_per_epoch: 1"
